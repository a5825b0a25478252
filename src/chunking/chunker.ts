/** How a file's bytes are cut (format reference 5). Plain data. */
export type ChunkerParams =
  | {
    readonly algorithm: "buzhash";
    /** Chunks are between 2^minExp and 2^maxExp bytes, about 2^maskBits on average. */
    readonly minExp: number;
    readonly maxExp: number;
    readonly maskBits: number;
    /** Length of the rolling window in bytes; odd. */
    readonly window: number;
  }
  | { readonly algorithm: "fixed"; readonly blockSize: number; readonly headerSize: number };

/** Parameters of file contents unless the user says otherwise. */
export const DEFAULT_CHUNKER_PARAMS: ChunkerParams = {
  algorithm: "buzhash",
  minExp: 19,
  maxExp: 23,
  maskBits: 21,
  window: 4095,
};

/** Parameters of the item stream, the same in every archive. */
export const ITEM_CHUNKER_PARAMS: ChunkerParams = {
  algorithm: "buzhash",
  minExp: 15,
  maxExp: 19,
  maskBits: 17,
  window: 4095,
};

/**
 * Bytes in, chunks out, no I/O. Use: fill (part of) `space()`, say `commit(n)`, take chunks with `next()` until it gives
 * undefined, repeat; after the last byte call `end()` and take the rest. Then `reset()` for the next file.
 */
export interface Chunker {
  /** Where the next bytes go: a view into the chunker's own memory, never empty, valid until the next call. */
  space(): Uint8Array;
  /** The first `length` bytes of the last `space()` have been filled. */
  commit(length: number): void;
  /** There are no more bytes. */
  end(): void;
  /** The next chunk as a view, valid until the next call of any method; undefined = more bytes are needed, or all is out. */
  next(): Uint8Array | undefined;
  reset(): void;
}
