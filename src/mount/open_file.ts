import type { ChunkEntry, Item } from "../archive/item.ts";
import { IntegrityError } from "../errors.ts";
import type { ChunkCache } from "./chunk_cache.ts";
import { partAt, startOf } from "./ends.ts";

/** The kernel asks for parts of a sequential reader's file out of order, within so many bytes. */
const NEAR = 1 << 20;
/** How many readers of one file are told apart. */
const READERS = 8;

/** A part of a chunk that belongs to what was asked for. */
export interface Piece {
  readonly chunk: ChunkEntry;
  readonly start: number;
  readonly end: number;
}

/** A file whose contents are being read. */
export class OpenFile {
  readonly path: string;
  readonly chunks: readonly ChunkEntry[];
  /** Where each chunk ends. */
  readonly #ends: Float64Array;
  /** How long the file is said to be. */
  readonly #size: number;
  /** Where readers that go on would go on, the one that was seen last at the end. */
  readonly #next = [0];

  /** @param ahead how many bytes are read before a sequential reader asks for them */
  constructor({ path, chunks = [], size }: Item, private readonly cache: ChunkCache, private readonly ahead: number) {
    let end = 0;
    this.path = path;
    this.chunks = chunks;
    this.#ends = Float64Array.from(chunks, (chunk) => end += chunk.size);
    this.#size = size ?? end;
  }

  /**
   * What lies between two offsets, as far as the file goes, in order. Throws IntegrityError when there are no contents for
   * what is said to belong to the file.
   */
  pieces(offset: number, length: number): Piece[] {
    const end = Math.min(offset + length, this.#size);
    if (end <= offset) return [];
    const pieces: Piece[] = [];
    let index = partAt(this.#ends, offset);
    for (; index < this.chunks.length && startOf(this.#ends, index) < end; index++) {
      const start = startOf(this.#ends, index);
      const chunk = this.chunks[index]!;
      pieces.push({ chunk, start: Math.max(offset - start, 0), end: Math.min(end - start, chunk.size) });
    }
    if (startOf(this.#ends, index) < end) throw new IntegrityError("A file has less contents than its size says");
    return pieces;
  }

  /** Puts on its way what a sequential reader will want who has just asked for a range. */
  readAhead(offset: number, length: number): void {
    const end = offset + length;
    if (!this.#follow(offset, end)) return;
    const first = partAt(this.#ends, end);
    const behind = partAt(this.#ends, end + this.ahead - 1) + 1;
    if (first < this.chunks.length) this.cache.prefetch(this.chunks.slice(first, behind), behind >= this.chunks.length);
  }

  /** Whether a reader goes on with this, or begins at the beginning. */
  #follow(offset: number, end: number): boolean {
    const reader = this.#next.findLastIndex((next) => Math.abs(offset - next) <= NEAR);
    const [before] = reader < 0 ? [end] : this.#next.splice(reader, 1);
    this.#next.push(Math.max(before!, end));
    if (this.#next.length > READERS) this.#next.shift();
    return reader >= 0 || offset === 0;
  }
}
