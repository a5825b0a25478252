import type { StoredObject } from "./segments.ts";

/** The AES counter values that one encrypted object consumed: from `first` up to but not including `end`. */
export interface CounterRange {
  readonly first: bigint;
  readonly end: bigint;
  readonly where: string;
}

const AES_TYPES = [0x00, 0x01, 0x03, 0x04, 0x05];
const IV_AT = 33;
const CIPHERTEXT_AT = 41;
const BLOCK = 16;

/** The range of an object in an AES envelope (format reference 6.4, 6.5). */
export function counterRange({ segment, offset, data }: StoredObject): CounterRange {
  const type = data[0] ?? -1;
  if (!AES_TYPES.includes(type)) throw new Error(`object type ${type} in segment ${segment} is not encrypted`);
  const first = data.readBigUInt64BE(IV_AT);
  const blocks = Math.ceil((data.length - CIPHERTEXT_AT) / BLOCK);
  return { first, end: first + BigInt(blocks), where: `segment ${segment} offset ${offset}` };
}

/** Every pair of neighbours that share a counter value. */
export function findOverlaps(ranges: readonly CounterRange[]): string[] {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  return sorted.slice(1).flatMap((range, index) => {
    const before = sorted[index];
    return before && before.end > range.first ? [`${before.where} and ${range.where} share ${range.first}`] : [];
  });
}
