import type { Job, JobResult } from "./jobs.ts";
import type { Keyed } from "./keyed.ts";
import { resealBatch } from "./reseal.ts";
import { sealBatch } from "./seal.ts";
import type { Slot } from "./slot.ts";
import { unsealBatch } from "./unseal.ts";

/** Performs any job on its slot, in whatever thread this is. */
export function perform(keyed: Keyed, job: Job, slot: Slot): JobResult {
  switch (job.kind) {
    case "seal":
      return sealBatch(keyed, job, slot);
    case "unseal":
      return unsealBatch(keyed, job, slot);
    case "reseal":
      return resealBatch(keyed, job, slot);
  }
}
