import { createKernels, type Kernels, sharedKernels } from "./kernels.ts";
import { HEAP } from "./layout.ts";

/** The kernels read and write up to so many bytes after their operands. */
const SLACK = 16;
/** Results above this length come from an instance of their own, whose memory can be given back. */
const LARGE = 0x4000000;

/** Most bytes that a block for `length` bytes can have. */
export function lz4Bound(length: number): number {
  return length + Math.floor(length / 255) + 16;
}

/** The LZ4 block of `data`: a view into the instance's memory, valid until its next use. */
export function lz4Compress(data: Uint8Array, kernels: Kernels = sharedKernels()): Uint8Array {
  const target = HEAP + data.length + SLACK;
  kernels.reserve(data.length + SLACK + lz4Bound(data.length) + SLACK);
  kernels.bytes.set(data, HEAP);
  const length = kernels.run.lz4Compress(HEAP, data.length, target);
  return kernels.bytes.subarray(target, target + length);
}

/**
 * What the LZ4 block holds, as a view into the instance's memory that is valid until its next use; undefined when the
 * block is damaged or holds more than `limit` bytes. The block does not say how much it holds, so the room grows from
 * the usual to the limit.
 */
export function lz4Decompress(
  block: Uint8Array,
  limit: number,
  kernels: Kernels = sharedKernels(),
): Uint8Array | undefined {
  const room = kernels.bytes.length - HEAP - block.length - 2 * SLACK;
  for (let capacity = Math.max(room, 3 * block.length);; capacity *= 4) {
    const instance = capacity > LARGE ? createKernels() : kernels;
    const result = decompressInto(instance, block, Math.min(capacity, limit));
    if (result || result === null || capacity >= limit) return result ?? undefined;
  }
}

/** null = damaged, undefined = more than `capacity` bytes. */
function decompressInto(kernels: Kernels, block: Uint8Array, capacity: number): Uint8Array | null | undefined {
  const target = HEAP + block.length + SLACK;
  kernels.reserve(block.length + SLACK + capacity + SLACK);
  kernels.bytes.set(block, HEAP);
  const length = kernels.run.lz4Decompress(HEAP, block.length, target, capacity);
  if (length < 0) return length === -1 ? null : undefined;
  return kernels.bytes.subarray(target, target + length);
}
