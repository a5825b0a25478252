import { BuzhashChunker } from "./buzhash.ts";
import type { Chunker, ChunkerParams } from "./chunker.ts";
import { FixedChunker } from "./fixed.ts";
import { checkChunkerParams } from "./params.ts";

/**
 * A chunker of its own. `seed` is the signed 32-bit seed of the key, which only buzhash wants. Throws RangeError for
 * parameters that cannot be used, such as those that a damaged archive names.
 */
export function createChunker(params: ChunkerParams, seed: number): Chunker {
  checkChunkerParams(params);
  return params.algorithm === "buzhash" ? new BuzhashChunker(params, seed) : new FixedChunker(params);
}
