import { compress } from "../compression/compress.ts";
import type { Sealing } from "../crypto/sealer.ts";
import { HashIndex } from "../encoding/hash_index.ts";
import { release } from "../encoding/release.ts";
import type { JobResult, SealJob, SharedIndex } from "./jobs.ts";
import type { Keyed } from "./keyed.ts";
import { reservedBlocks } from "./reservation.ts";
import type { Slot } from "./slot.ts";

/** Performs a SealJob on its slot. */
export function sealBatch({ sealer, ids }: Keyed, job: SealJob, slot: Slot): JobResult {
  const chunks = slot.inputs(job.count);
  const isKnown = lookup(job.index);
  const wanted: number[] = [];
  const sealings: Sealing[] = [];
  let iv = job.iv;
  for (const [i, id] of ids.of(chunks).entries()) {
    const chunk = chunks[i]!;
    slot.setId(i, id);
    slot.outputLengths[i] = 0;
    if (!isKnown(id)) {
      wanted.push(i);
      sealings.push({ iv, payload: compress(job.compression, chunk) });
    }
    iv += reservedBlocks(job.compression, chunk.length);
  }
  const lengths = sealer.sealAllInto(slot.output, 0, sealings);
  for (const [k, i] of wanted.entries()) slot.outputLengths[i] = lengths[k]!;
  for (const { payload } of sealings) release(payload);
  return { failures: [] };
}

function lookup(index: SharedIndex | undefined): (id: Uint8Array) => boolean {
  if (!index) return () => false;
  const table = HashIndex.attach(index.shared, 3, index.buckets);
  return (id) => table.find(id) >= 0;
}
