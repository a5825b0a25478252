import { type Kernels, sharedKernels } from "./kernels.ts";
import { HEAP, PIECE } from "./layout.ts";

/** Whether all of `bytes` are zero. Most data is told apart by its ends alone. */
export function isZero(bytes: Uint8Array, kernels: Kernels = sharedKernels()): boolean {
  if (bytes[0] || bytes.at(-1)) return false;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    kernels.bytes.set(piece, HEAP);
    if (!kernels.run.allZero(HEAP, piece.length)) return false;
  }
  return true;
}
