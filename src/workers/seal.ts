import { compress } from "../compression/compress.ts";
import { reservedBlocks } from "../crypto/envelope.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HashIndex } from "../encoding/hash_index.ts";
import type { JobResult, SealJob, SharedIndex } from "./jobs.ts";
import type { Slot } from "./slot.ts";

/** Performs a SealJob on its slot. */
export function sealBatch(sealer: Sealer, job: SealJob, slot: Slot): JobResult {
  const chunks = inputs(slot, job.count);
  const ids = sealer.idsOf(chunks);
  const isKnown = lookup(job.index);
  let iv = job.iv;
  let offset = 0;
  for (const [i, chunk] of chunks.entries()) {
    const id = ids[i]!;
    slot.setId(i, id);
    const length = isKnown(id) ? 0 : sealer.sealInto(slot.output, offset, iv, compress(job.compression, chunk));
    slot.outputLengths[i] = length;
    offset += length;
    iv += reservedBlocks(job.compression, chunk.length);
  }
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
