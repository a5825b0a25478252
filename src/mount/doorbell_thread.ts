import { parentPort, workerData } from "node:worker_threads";
import { poll } from "../platform/poll.ts";
import { ARMED, type DoorbellSetup, IDLE, STOPPED } from "./doorbell_state.ts";

/** How long the thread stays in the kernel at a time, in milliseconds: it looks for its end in between. */
const PATIENCE = 200;

const { descriptor, state: shared } = workerData as DoorbellSetup;
const state = new Int32Array(shared);

while (Atomics.load(state, 0) !== STOPPED) {
  Atomics.wait(state, 0, IDLE);
  while (Atomics.load(state, 0) === ARMED) {
    if (!poll(descriptor, "readable", PATIENCE)) continue;
    if (Atomics.compareExchange(state, 0, ARMED, IDLE) === ARMED) parentPort!.postMessage(null);
  }
}
