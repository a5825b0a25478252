import { compressWith } from "./codec.ts";
import type { Codec } from "./compression.ts";
import { HEADER_LENGTH } from "./header.ts";
import { discard, type Payload, payloadLength } from "./payload.ts";

/** Data that lz4 does not bring below this part of its length is not worth the slower codec. */
const PROMISING = 0.97;
/** The slower codec must bring the lz4 payload below this part of its length. */
const WORTHWHILE = 0.99;

/** Lets lz4 judge whether `codec` is worth its time (format reference 8). */
export function compressAuto(codec: Codec, data: Uint8Array): Payload {
  const cheap = compressWith({ name: "lz4" }, data);
  if (payloadLength(cheap) / (data.length + HEADER_LENGTH) >= PROMISING) return cheap;
  const thorough = compressWith(codec, data);
  if (payloadLength(thorough) / payloadLength(cheap) < WORTHWHILE) return thorough;
  discard(thorough);
  // Should the codec have been lz4 too, it has left the same bytes in the same place.
  return cheap;
}
