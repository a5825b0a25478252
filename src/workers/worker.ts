import { parentPort, workerData } from "node:worker_threads";
import type { JobReply, JobRequest, WorkerSetup } from "./jobs.ts";
import { Keyed } from "./keyed.ts";
import { perform } from "./perform.ts";
import { Slot } from "./slot.ts";

const keyed = new Keyed((workerData as WorkerSetup).material);

function answer({ ticket, job, shared, inputCapacity }: JobRequest): JobReply {
  try {
    return { ticket, result: perform(keyed, job, new Slot(shared, inputCapacity)) };
  } catch (error) {
    return { ticket, error: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}

parentPort!.on("message", (request: JobRequest) => parentPort!.postMessage(answer(request)));
