import { parentPort, workerData } from "node:worker_threads";
import type { Job, JobReply, JobRequest, JobResult, WorkerSetup } from "./jobs.ts";
import { Keyed } from "./keyed.ts";
import { resealBatch } from "./reseal.ts";
import { sealBatch } from "./seal.ts";
import { Slot } from "./slot.ts";
import { unsealBatch } from "./unseal.ts";

const keyed = new Keyed((workerData as WorkerSetup).material);

function perform(job: Job, slot: Slot): JobResult {
  switch (job.kind) {
    case "seal":
      return sealBatch(keyed, job, slot);
    case "unseal":
      return unsealBatch(keyed, job, slot);
    case "reseal":
      return resealBatch(keyed, job, slot);
  }
}

function answer({ ticket, job, shared, inputCapacity }: JobRequest): JobReply {
  try {
    return { ticket, result: perform(job, new Slot(shared, inputCapacity)) };
  } catch (error) {
    return { ticket, error: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}

parentPort!.on("message", (request: JobRequest) => parentPort!.postMessage(answer(request)));
