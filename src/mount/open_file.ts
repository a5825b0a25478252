import type { ChunkEntry } from "../archive/item.ts";
import type { ChunkCache } from "./chunk_cache.ts";
import { partAt, startOf } from "./ends.ts";

/** A part of a chunk that belongs to what was asked for. */
export interface Piece {
  readonly chunk: ChunkEntry;
  readonly start: number;
  readonly end: number;
}

/** Contents of a file that is open. */
export class OpenFile {
  /** Where each chunk ends. */
  readonly #ends: Float64Array;
  /** Where a reader that goes on would go on. */
  #next = 0;

  /**
   * @param path as the archive names it
   * @param ahead how many bytes are read before a sequential reader asks for them
   */
  constructor(
    readonly path: string,
    private readonly chunks: readonly ChunkEntry[],
    private readonly cache: ChunkCache,
    private readonly ahead: number,
  ) {
    let end = 0;
    this.#ends = Float64Array.from(chunks, ({ size }) => end += size);
  }

  /** What lies between two offsets, as far as the file goes, in order. */
  pieces(offset: number, length: number): Piece[] {
    const end = offset + length;
    const isSequential = offset <= this.#next && offset + (1 << 20) > this.#next;
    const pieces: Piece[] = [];
    let index = partAt(this.#ends, offset);
    for (; index < this.chunks.length && startOf(this.#ends, index) < end; index++) {
      const start = startOf(this.#ends, index);
      const chunk = this.chunks[index]!;
      pieces.push({ chunk, start: Math.max(offset - start, 0), end: Math.min(end - start, chunk.size) });
    }
    this.#next = Math.max(this.#next, end);
    if (isSequential) this.#readAhead(index, end + this.ahead);
    return pieces;
  }

  #readAhead(from: number, end: number): void {
    for (let i = from; i < this.chunks.length && startOf(this.#ends, i) < end; i++) {
      this.cache.prefetch(this.chunks[i]!);
    }
  }
}
