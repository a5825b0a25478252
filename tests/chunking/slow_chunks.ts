import type { BuzhashParams } from "../../src/chunking/buzhash.ts";
import { buzhashTables } from "../../src/chunking/buzhash_table.ts";

const rotl = (word: number, turns: number): number => ((word << turns % 32) | (word >>> (32 - turns % 32))) >>> 0;

/** The hash by its definition: the table words of all bytes, each turned once per byte that follows it. */
export function slowBuzhash(bytes: Uint8Array, seed: number): number {
  const { entering } = buzhashTables(seed, 1);
  return bytes.reduce((hash, byte, i) => (hash ^ rotl(entering[byte]!, bytes.length - 1 - i)) >>> 0, 0);
}

/** The cutting rule of format reference 5.2 word for word, on the whole input; gives the lengths of the chunks. */
export function slowCut(bytes: Uint8Array, params: BuzhashParams, seed: number): number[] {
  const lengths: number[] = [];
  for (let start = 0; start < bytes.length;) {
    const length = firstChunk(bytes.subarray(start), params, seed);
    lengths.push(length);
    start += length;
  }
  return lengths;
}

function firstChunk(rest: Uint8Array, params: BuzhashParams, seed: number): number {
  const { window } = params;
  const mask = 2 ** params.maskBits - 1;
  const { entering } = buzhashTables(seed, window);
  let at = 2 ** params.minExp;
  if (rest.length < at + window + 1) return rest.length;
  const end = Math.min(rest.length, 2 ** params.maxExp);
  let hash = slowBuzhash(rest.subarray(at, at + window), seed);
  while ((hash & mask) !== 0) {
    if (end - at <= window) return end;
    hash = (rotl(hash, 1) ^ rotl(entering[rest[at]!]!, window) ^ entering[rest[at + window]!]!) >>> 0;
    at++;
  }
  return end - at <= window ? end : at;
}
