import { deflateSync, inflateSync } from "node:zlib";
import { DecompressionError } from "./errors.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import type { Payload } from "./payload.ts";
import { plain } from "./plain.ts";

/**
 * The levels by which the runtimes' zlib-ng comes near zlib, by zlib's levels. Its level 1 hardly compresses text (half as
 * much again as zlib), and up to 6 it misses repetitions over long distances (`yes` takes four times the room). Measured:
 * these take what zlib takes, and no longer than zlib.
 */
const LEVELS = [0, 2, 2, 3, 4, 7, 7, 7, 8, 9];

/** The second byte of a stream, after 0x78, tells the level in two bits; these are zlib's own. */
const SECOND_BYTES = [0x01, 0x01, 0x5e, 0x5e, 0x5e, 0x5e, 0x9c, 0xda, 0xda, 0xda];

/** A plain zlib stream: its own first two bytes are the header, and it is kept even if it is longer than the data. */
export function compressZlib(data: Uint8Array, level: number): Payload {
  const stream = plain(deflateSync(data, { level: LEVELS[level]! }));
  stream.set([0x78, SECOND_BYTES[level]!]);
  return { parts: [stream], owned: stream };
}

export function decompressZlib(payload: Uint8Array): Uint8Array {
  try {
    return plain(inflateSync(payload, { maxOutputLength: MAX_PLAINTEXT }));
  } catch (error) {
    throw new DecompressionError("zlib stream is damaged or too long", { cause: error });
  }
}
