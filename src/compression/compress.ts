import { compressAuto } from "./auto.ts";
import { compressWith } from "./codec.ts";
import type { Compression } from "./compression.ts";
import { HEADER_LENGTH } from "./header.ts";
import { joined, type Payload } from "./payload.ts";
import { maxPadding, obfuscate, OBFUSCATION_OVERHEAD } from "./obfuscate.ts";

/** The payload that is stored for `data`, header included, in memory of its own. */
export function compress(compression: Compression, data: Uint8Array): Uint8Array {
  return joined(compressToParts(compression, data));
}

/** The same without a copy of it all; to be used, and discarded, before anything else is compressed. */
export function compressToParts(compression: Compression, data: Uint8Array): Payload {
  switch (compression.name) {
    case "auto":
      return compressAuto(compression.codec, data);
    case "obfuscate": {
      const payload = obfuscate(compression.spec, compress(compression.inner, data));
      return { parts: [payload], owned: payload };
    }
    default:
      return compressWith(compression, data);
  }
}

/** Most bytes that `compress` can give for `length` bytes of data. */
export function compressBound(compression: Compression, length: number): number {
  switch (compression.name) {
    case "zlib":
      return zlibBound(length);
    case "auto":
      return compressBound(compression.codec, length);
    case "obfuscate": {
      const inner = compressBound(compression.inner, length);
      return OBFUSCATION_OVERHEAD + inner + maxPadding(compression.spec, inner);
    }
    default:
      return HEADER_LENGTH + length;
  }
}

/** Wide enough for zlib's relatives too, whose fastest level may spend 9 bits on a byte. */
function zlibBound(length: number): number {
  return length + Math.ceil(length / 8) + 64;
}
