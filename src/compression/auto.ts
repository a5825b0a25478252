import { compressWith } from "./codec.ts";
import type { Codec } from "./compression.ts";
import { HEADER_LENGTH } from "./header.ts";

/** Data that lz4 does not bring below this part of its length is not worth the slower codec. */
const PROMISING = 0.97;
/** The slower codec must bring the lz4 payload below this part of its length. */
const WORTHWHILE = 0.99;

/** Lets lz4 judge whether `codec` is worth its time (format reference 8). */
export function compressAuto(codec: Codec, data: Uint8Array): Uint8Array {
  const cheap = compressWith({ name: "lz4" }, data);
  if (cheap.length / (data.length + HEADER_LENGTH) >= PROMISING) return cheap;
  const thorough = compressWith(codec, data);
  return thorough.length / cheap.length < WORTHWHILE ? thorough : cheap;
}
