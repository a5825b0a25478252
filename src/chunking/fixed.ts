import type { Chunker, ChunkerParams } from "./chunker.ts";
import { Window } from "./window.ts";

export type FixedParams = Extract<ChunkerParams, { algorithm: "fixed" }>;

const READ_AHEAD = 0x200000;

/** Lengths of the pieces in which a range without header, such as a hole, is cut (format reference 5.3). */
export function* pieceLengths(length: number, blockSize: number): Generator<number> {
  for (let left = length; left > 0; left -= blockSize) yield Math.min(left, blockSize);
}

/** Cuts at multiples of the block size, counted from the end of the header (format reference 5.3). */
export class FixedChunker implements Chunker {
  readonly #params: FixedParams;
  readonly #window: Window;
  /** What is left of the header. */
  #header: number;
  #ended = false;

  constructor(params: FixedParams) {
    this.#params = params;
    this.#header = params.headerSize;
    this.#window = new Window(new Uint8Array(params.blockSize + READ_AHEAD), params.blockSize);
  }

  space(): Uint8Array {
    return this.#window.space();
  }

  commit(length: number): void {
    this.#window.commit(length);
  }

  end(): void {
    this.#ended = true;
  }

  next(): Uint8Array | undefined {
    const { held } = this.#window;
    const piece = this.#header > 0 ? Math.min(this.#header, this.#params.blockSize) : this.#params.blockSize;
    const length = Math.min(held, piece);
    if (length === 0 || (length < piece && !this.#ended)) return undefined;
    this.#header -= Math.min(this.#header, length);
    return this.#window.take(length);
  }

  reset(): void {
    this.#window.clear();
    this.#header = this.#params.headerSize;
    this.#ended = false;
  }
}
