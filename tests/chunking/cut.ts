import type { Chunker } from "../../src/chunking/chunker.ts";

/** Puts `bytes` through the chunker in pieces of the given lengths, over and over, and gives copies of the chunks. */
export function cut(chunker: Chunker, bytes: Uint8Array, pieces: readonly number[] = [0x100000]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const drain = (): void => {
    for (let chunk = chunker.next(); chunk; chunk = chunker.next()) chunks.push(chunk.slice());
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const space = chunker.space();
    const piece = bytes.subarray(at, at + Math.min(space.length, pieces[turn % pieces.length]!));
    space.set(piece);
    chunker.commit(piece.length);
    at += piece.length;
    drain();
  }
  chunker.end();
  drain();
  return chunks;
}

export const lengths = (chunks: readonly Uint8Array[]): number[] => chunks.map((chunk) => chunk.length);
