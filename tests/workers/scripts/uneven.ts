import { parentPort } from "node:worker_threads";
import type { JobRequest } from "../../../src/workers/jobs.ts";

/** Takes long for every other job, so that later ones are done before earlier ones. */
parentPort!.on("message", ({ ticket }: JobRequest) => {
  setTimeout(() => parentPort!.postMessage({ ticket, result: { failures: [] } }), ticket % 2 === 0 ? 30 : 0);
});
