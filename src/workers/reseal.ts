import { compressToParts } from "../compression/compress.ts";
import { detectCompression } from "../compression/decompress.ts";
import { discard } from "../compression/payload.ts";
import type { Sealing } from "../crypto/sealer.ts";
import type { ChunkFailure, JobResult, ResealJob } from "./jobs.ts";
import type { Keyed } from "./keyed.ts";
import { reservedBlocks } from "./reservation.ts";
import type { Slot } from "./slot.ts";
import { DOES_NOT_FIT, unsealBatch } from "./unseal.ts";

/** A chunk of a batch, opened. */
interface Opened {
  readonly position: number;
  readonly plaintext: Uint8Array;
  readonly iv: bigint;
  /** By which method it was stored. */
  readonly method: string;
}

/** Performs a ResealJob on its slot: the plaintexts lie in the output between the two halves of it. */
export function resealBatch(keyed: Keyed, job: ResealJob, slot: Slot): JobResult {
  const { failures } = unsealBatch(keyed, { kind: "unseal", count: job.count, discard: false }, slot);
  const failed = [...failures, ...oversized(job, slot)];
  const opened = openedOf(keyed, job, slot, new Set(failed.map(({ position }) => position)));
  slot.inputLengths.fill(0, 0, job.count);
  const kept: number[] = [];
  const lengths = keyed.sealer.sealAllInto(slot.input, 0, recompressed(opened, job, kept));
  for (const [i, position] of kept.entries()) slot.inputLengths[position] = lengths[i]!;
  return { failures: failed };
}

function oversized({ count, sizes }: ResealJob, slot: Slot): ChunkFailure[] {
  const positions = Array.from({ length: count }, (_, i) => i).filter((i) => slot.outputLengths[i]! > sizes[i]!);
  return positions.map((position) => ({ position, code: DOES_NOT_FIT, data: [] }));
}

function openedOf({ sealer }: Keyed, job: ResealJob, slot: Slot, failed: ReadonlySet<number>): Opened[] {
  const plaintexts = slot.outputs(job.count);
  const opened: Opened[] = [];
  let { iv } = job;
  for (const [position, object] of slot.inputs(job.count).entries()) {
    const plaintext = plaintexts[position]!;
    // Opening has decrypted it where it is.
    const payload = object.subarray(sealer.sealedLength(0));
    if (!failed.has(position)) opened.push({ position, plaintext, iv, method: detectCompression(payload) });
    iv += reservedBlocks(job.compression, job.sizes[position]!);
  }
  return opened;
}

/** The payloads that are to be stored; their positions go to `kept`. */
function* recompressed(opened: readonly Opened[], job: ResealJob, kept: number[]): Generator<Sealing> {
  for (const { position, plaintext, iv, method } of opened) {
    const payload = compressToParts(job.compression, plaintext);
    if (!job.ifDifferent || detectCompression(payload.parts[0]!) !== method) {
      kept.push(position);
      yield { iv, payload: payload.parts };
    }
    discard(payload);
  }
}
