import { deflateSync, inflateSync } from "node:zlib";
import { DecompressionError } from "./errors.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import { plain } from "./plain.ts";

/** A plain zlib stream: its own first two bytes are the header, and it is kept even if it is longer than the data. */
export function compressZlib(data: Uint8Array, level: number): Uint8Array {
  return plain(deflateSync(data, { level }));
}

export function decompressZlib(payload: Uint8Array): Uint8Array {
  try {
    return plain(inflateSync(payload, { maxOutputLength: MAX_PLAINTEXT }));
  } catch (error) {
    throw new DecompressionError("zlib stream is damaged or too long", { cause: error });
  }
}
