import { createKernels, type Kernels } from "../../wasm/kernels.ts";
import { BUZHASH_IN, BUZHASH_OUT, HEAP } from "../../wasm/layout.ts";
import { buzhashTables } from "./buzhash_table.ts";
import type { Chunker, ChunkerParams } from "./chunker.ts";
import { Window } from "./window.ts";

export type BuzhashParams = Extract<ChunkerParams, { algorithm: "buzhash" }>;

/** Room for reading, beside the longest chunk. Reads of a MiB were the fastest. */
const READ_AHEAD = 0x200000;

/** A rest shorter than this is one chunk: there is no place where it could be cut. */
export function minimumForCut(params: BuzhashParams): number {
  return 2 ** params.minExp + params.window + 1;
}

/** Cuts where the hash of the bytes that follow says so (format reference 5.2). */
export class BuzhashChunker implements Chunker {
  readonly #kernels: Kernels;
  readonly #window: Window;
  readonly #hashed: number;
  readonly #mask: number;
  readonly #shortest: number;
  readonly #longest: number;
  readonly #minimum: number;
  /** Candidate for the next cut, counted from the first byte held, once its hash is under way. */
  #cut: number | undefined;
  #ended = false;

  constructor(params: BuzhashParams, seed: number) {
    this.#hashed = params.window;
    this.#mask = 2 ** params.maskBits - 1;
    this.#shortest = 2 ** params.minExp;
    this.#longest = 2 ** params.maxExp;
    this.#minimum = minimumForCut(params);
    this.#kernels = createKernels();
    this.#kernels.reserve(this.#longest + READ_AHEAD);
    this.#window = new Window(this.#kernels.bytes.subarray(HEAP), this.#longest);
    const { entering, leaving } = buzhashTables(seed, params.window);
    this.#kernels.words.set(entering, BUZHASH_IN / 4);
    this.#kernels.words.set(leaving, BUZHASH_OUT / 4);
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
    if (held === 0) return undefined;
    if (this.#cut === undefined && held < this.#minimum) return this.#ended ? this.#take(held) : undefined;
    const length = this.#scan(Math.min(held, this.#longest));
    return length === undefined ? undefined : this.#take(length);
  }

  reset(): void {
    this.#window.clear();
    this.#cut = undefined;
    this.#ended = false;
  }

  /**
   * Where to cut the first `available` bytes, which reach to the end of the input or of the longest chunk, or else only
   * as far as has been read. A hit after which the window cannot slide further does not count: all of it is the chunk.
   */
  #scan(available: number): number | undefined {
    const first = HEAP + this.#window.start;
    const { run } = this.#kernels;
    if (this.#cut === undefined) run.buzhashStart(first + this.#shortest, this.#hashed);
    const from = this.#cut ?? this.#shortest;
    const cut = run.buzhashScan(first + from, first + available - this.#hashed, this.#hashed, this.#mask) - first;
    this.#cut = cut;
    if (available - cut > this.#hashed) return cut;
    return this.#ended || available === this.#longest ? available : undefined;
  }

  #take(length: number): Uint8Array {
    this.#cut = undefined;
    return this.#window.take(length);
  }
}
