import { compressToParts } from "../compression/compress.ts";
import { discard } from "../compression/payload.ts";
import type { Compression } from "../compression/compression.ts";
import type { Sealing } from "../crypto/sealer.ts";
import { HashIndex } from "../encoding/hash_index.ts";
import type { JobResult, SealJob, SharedIndex } from "./jobs.ts";
import type { Keyed } from "./keyed.ts";
import { reservedBlocks } from "./reservation.ts";
import type { Slot } from "./slot.ts";

/** Performs a SealJob on its slot. */
export function sealBatch({ sealer, ids }: Keyed, job: SealJob, slot: Slot): JobResult {
  const chunks = slot.inputs(job.count);
  const isKnown = lookup(job.index);
  const wanted: Wanted[] = [];
  let iv = job.iv;
  for (const [i, id] of ids.of(chunks).entries()) {
    const chunk = chunks[i]!;
    slot.setId(i, id);
    slot.outputLengths[i] = 0;
    if (!isKnown(id)) wanted.push({ position: i, chunk, iv });
    iv += reservedBlocks(job.compression, chunk.length);
  }
  const lengths = sealer.sealAllInto(slot.output, 0, compressed(wanted, job.compression));
  for (const [k, { position }] of wanted.entries()) slot.outputLengths[position] = lengths[k]!;
  return { failures: [] };
}

/** A chunk to be stored. */
interface Wanted {
  readonly position: number;
  readonly chunk: Uint8Array;
  readonly iv: bigint;
}

/** One payload at a time: it goes from where the codec puts it straight into the object. */
function* compressed(wanted: readonly Wanted[], compression: Compression): Generator<Sealing> {
  for (const { chunk, iv } of wanted) {
    const payload = compressToParts(compression, chunk);
    yield { iv, payload: payload.parts };
    discard(payload);
  }
}

function lookup(index: SharedIndex | undefined): (id: Uint8Array) => boolean {
  if (!index) return () => false;
  const table = HashIndex.attach(index.shared, 3);
  return (id) => table.find(id) >= 0;
}
