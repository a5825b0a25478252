import { parentPort, workerData } from "node:worker_threads";
import { Sealer } from "../crypto/sealer.ts";
import type { Job, JobReply, JobRequest, JobResult, WorkerSetup } from "./jobs.ts";
import { sealBatch } from "./seal.ts";
import { Slot } from "./slot.ts";
import { unsealBatch } from "./unseal.ts";

const { material } = workerData as WorkerSetup;
const sealer = new Sealer(material);

function perform(job: Job, slot: Slot): JobResult {
  switch (job.kind) {
    case "seal":
      return sealBatch(sealer, job, slot);
    case "unseal":
      return unsealBatch({ material, sealer }, job, slot);
  }
}

function answer({ ticket, job, shared, inputCapacity }: JobRequest): JobReply {
  try {
    return { ticket, result: perform(job, new Slot(shared, inputCapacity)) };
  } catch (error) {
    return { ticket, error: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}

parentPort?.on("message", (request: JobRequest) => parentPort?.postMessage(answer(request)));
