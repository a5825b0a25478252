import { createHash } from "node:crypto";
import { HashIndex } from "../../src/encoding/hash_index.ts";

/** An id like those of chunks. */
export function id(number: number): Uint8Array {
  return new Uint8Array(createHash("sha256").update(String(number)).digest());
}

/** An id that begins with the word `start`. */
export function idFrom(start: number, rest: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(rest);
  new DataView(bytes.buffer).setUint32(0, start, true);
  return bytes;
}

export function fill(count: number, valueWords: 2 | 3 = 2): HashIndex {
  const index = HashIndex.create(valueWords);
  for (let i = 0; i < count; i++) index.set(id(i), i, 2 * i, valueWords === 3 ? 3 * i : 0);
  return index;
}

export function entriesOf(index: HashIndex): number[] {
  const found = [];
  for (let bucket = index.next(-1); bucket >= 0; bucket = index.next(bucket)) found.push(bucket);
  return found;
}
