import { compressBound } from "../compression/compress.ts";
import type { Compression } from "../compression/compression.ts";
import { nonceBlocks } from "../crypto/envelope.ts";

/**
 * How many counter blocks a chunk of `length` bytes may use at most. Nonces are handed out before the compressed length is
 * known; what is not used is never used (format reference 6.5).
 */
export function reservedBlocks(compression: Compression, length: number): bigint {
  return nonceBlocks(compressBound(compression, length));
}
