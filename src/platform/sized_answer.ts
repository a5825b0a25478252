import { errno, errorNumber } from "./errno.ts";

/** A call that fills a buffer and answers its length; null asks for the length alone; negative = failed. */
export type SizedCall = (buffer: Uint8Array | null, size: number) => number;

const ERANGE = errorNumber("ERANGE");
const EMPTY = new Uint8Array(0);
const scratch = new Uint8Array(new ArrayBuffer(65536));

/**
 * The whole answer of a call whose length is not known beforehand; undefined with errno set on failure. The array may be
 * scratch memory that the next call overwrites.
 */
export function sizedAnswer(call: SizedCall): Uint8Array | undefined {
  let buffer = scratch;
  for (;;) {
    const length = call(buffer, buffer.length);
    if (length >= 0) return length === 0 ? EMPTY : buffer.subarray(0, length);
    if (errno() !== ERANGE) return undefined;
    const needed = call(null, 0);
    if (needed < 0) return undefined;
    buffer = new Uint8Array(new ArrayBuffer(Math.max(needed, buffer.length) * 2)); // it may grow meanwhile
  }
}
