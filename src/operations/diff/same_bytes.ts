import type { ChunkEntry } from "../../archive/item.ts";
import type { Objects } from "../../archive/objects.ts";
import { equal } from "../../encoding/bytes.ts";
import { sameChunks } from "./difference.ts";

/** Whether two lists of chunks hold the same bytes, however they are cut. Reads them only when nothing else tells. */
export async function sameBytes(objects: Objects, before: readonly ChunkEntry[], after: readonly ChunkEntry[]) {
  if (lengthOf(before) !== lengthOf(after)) return false;
  if (sameChunks(before, after)) return true;
  const [left, right] = [new Bytes(objects, before), new Bytes(objects, after)];
  try {
    for (;;) {
      const [a, b] = [await left.peek(), await right.peek()];
      const length = Math.min(a.length, b.length);
      if (length === 0) return a.length === b.length;
      if (!equal(left.take(length), right.take(length))) return false;
    }
  } finally {
    await left.close();
    await right.close();
  }
}

function lengthOf(chunks: readonly ChunkEntry[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}

/** The contents of chunks, taken in pieces of any length. */
class Bytes {
  readonly #plaintexts: AsyncGenerator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(objects: Objects, chunks: readonly ChunkEntry[]) {
    this.#plaintexts = objects.readMany(chunks.map(({ id }) => id));
  }

  /** What comes next; empty at the end only. */
  async peek(): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#plaintexts.next();
      if (done) break;
      this.#rest = value;
    }
    return this.#rest;
  }

  take(length: number): Uint8Array {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async close(): Promise<void> {
    await this.#plaintexts.return(undefined);
  }
}
