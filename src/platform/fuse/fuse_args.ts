import type { ArgumentVector } from "./argument_vector.ts";

/** libfuse's `struct fuse_args { int argc; char **argv; int allocated; }` over words that are ours. */
export function fuseArgs(words: ArgumentVector): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(24));
  view.setInt32(0, words.length, true);
  view.setBigUint64(8, words.address, true);
  view.setInt32(16, 0, true);
  return new Uint8Array(view.buffer);
}
