import { compress } from "../compression/compress.ts";
import type { Sealer, Sealing } from "../crypto/sealer.ts";
import { HashIndex } from "../encoding/hash_index.ts";
import type { JobResult, SealJob, SharedIndex } from "./jobs.ts";
import { reservedBlocks } from "./reservation.ts";
import type { Slot } from "./slot.ts";

/** Performs a SealJob on its slot. */
export function sealBatch(sealer: Sealer, job: SealJob, slot: Slot): JobResult {
  const chunks = inputs(slot, job.count);
  const ids = sealer.idsOf(chunks);
  const isKnown = lookup(job.index);
  const wanted: number[] = [];
  const sealings: Sealing[] = [];
  let iv = job.iv;
  for (const [i, chunk] of chunks.entries()) {
    slot.setId(i, ids[i]!);
    slot.outputLengths[i] = 0;
    if (!isKnown(ids[i]!)) {
      wanted.push(i);
      sealings.push({ iv, payload: compress(job.compression, chunk) });
    }
    iv += reservedBlocks(job.compression, chunk.length);
  }
  const lengths = sealer.sealAllInto(slot.output, 0, sealings);
  for (const [k, i] of wanted.entries()) slot.outputLengths[i] = lengths[k]!;
  return { failures: [] };
}

/** The chunks of a slot: views into its input. */
export function inputs(slot: Slot, count: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const end = offset + slot.inputLengths[i]!;
    chunks.push(slot.input.subarray(offset, end));
    offset = end;
  }
  return chunks;
}

function lookup(index: SharedIndex | undefined): (id: Uint8Array) => boolean {
  if (!index) return () => false;
  const table = HashIndex.attach(index.shared, 3, index.buckets);
  return (id) => table.find(id) >= 0;
}
