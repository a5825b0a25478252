import { deflateSync, inflateSync } from "node:zlib";
import { libdeflate } from "../platform/deflate.ts";
import { collectGarbage } from "../platform/garbage.ts";
import { adler32 } from "./adler32.ts";
import { DecompressionError } from "./errors.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import type { Payload } from "./payload.ts";
import { plain } from "./plain.ts";

/** The second byte of a stream, after 0x78, tells the level in two bits; these are zlib's own. */
const SECOND_BYTES = [0x01, 0x01, 0x5e, 0x5e, 0x5e, 0x5e, 0x9c, 0xda, 0xda, 0xda];

/**
 * A plain zlib stream: its own first two bytes are the header, and it is kept even if it is longer than the data. Its bytes
 * depend on the runtime.
 */
export function compressZlib(data: Uint8Array, level: number): Payload {
  const header = Uint8Array.of(0x78, SECOND_BYTES[level]!);
  return libdeflate ? framed(header, libdeflate(data, level), data) : compressByZlibNg(header, data, level);
}

/**
 * libdeflate's levels 1 to 9 take what those of zlib take, or less, of programs and texts; of random words 6 to 8 take 1 to
 * 2 % more. They are once and a half to three times as fast as zlib and zlib-ng.
 */
function framed(header: Uint8Array, body: Uint8Array, data: Uint8Array): Payload {
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, adler32(data));
  return { parts: [header, body, sum], owned: body };
}

/**
 * The levels by which zlib-ng comes near zlib, by zlib's levels. Its level 1 hardly compresses text (half as much again as
 * zlib), and up to 6 it misses repetitions over long distances (`yes` takes four times the room). Measured: these take what
 * zlib takes, and no longer than zlib.
 */
const LEVELS = [0, 2, 2, 3, 4, 7, 7, 7, 8, 9];

function compressByZlibNg(header: Uint8Array, data: Uint8Array, level: number): Payload {
  const stream = plain(deflateSync(data, { level: LEVELS[level]! }));
  stream.set(header);
  return { parts: [stream], owned: stream };
}

export function decompressZlib(payload: Uint8Array): Uint8Array {
  try {
    return plain(inflateSync(payload, { maxOutputLength: MAX_PLAINTEXT }));
  } catch (error) {
    collectGarbage(); // What came out of it until then, up to MAX_PLAINTEXT for each object that lies.
    throw new DecompressionError("zlib stream is damaged or too long", { cause: error });
  }
}
