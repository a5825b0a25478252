import { type EntryBytes, entryLength, HASH, mostBytes, type NewEntry, REPLACED, writeEntry } from "./file_entry.ts";

/** A position is the number of a slab times this plus the offset in it, exact as a number. */
const SPAN = 2 ** 32;
const SLAB_LENGTH = 1 << 20;
const FIRST_SLOTS = 1024;

/** Where an entry is. */
export interface Place extends EntryBytes {
  readonly offset: number;
}

interface Slab extends EntryBytes {
  /** Where its entries end. */
  used: number;
}

/**
 * Entries of the files cache by path hash, as they lie in its file (`file_entry.ts`): those of the file where they were
 * read to, new ones in slabs of their own. Beside their bytes each takes 11 to 22 in a hash table.
 */
export class RecordTable {
  readonly #slabs: Slab[] = [];
  /** The number of the slab where new entries go; -1 = none yet. */
  #open = -1;
  /** Position + 1 of an entry by its hash, open addressing; 0 = empty. The length is a power of two. */
  #slots = new Float64Array(FIRST_SLOTS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Takes over entries, one after the other, as they lie. */
  adopt(entries: Uint8Array): void {
    const number = this.#addSlab(entries);
    const slab = this.#slabs[number]!;
    for (let at = 0; at < entries.length; at += entryLength(slab, at)) this.#note(number, at);
    slab.used = entries.length;
  }

  /** The entry with this path hash. */
  find(pathHash: Uint8Array): Place | undefined {
    const position = this.#slots[this.#slotOf(pathHash, 0)]!;
    return position === 0 ? undefined : this.#place(position - 1);
  }

  /** Adds an entry, which takes the place of the one with the same path hash, if any. */
  set(entry: NewEntry): void {
    const number = this.#slabFor(mostBytes(entry.ids.length));
    const slab = this.#slabs[number]!;
    const end = writeEntry(slab, slab.used, entry);
    this.#note(number, slab.used);
    slab.used = end;
  }

  /** All entries that have not been replaced and that `isWanted`, as they lie: those side by side in one view. */
  *runs(isWanted: (bytes: EntryBytes, offset: number) => boolean): Generator<Uint8Array> {
    for (const slab of this.#slabs) {
      let start = 0;
      let offset = 0;
      while (offset < slab.used) {
        const length = entryLength(slab, offset);
        if (slab.bytes[offset] === REPLACED || !isWanted(slab, offset)) {
          if (offset > start) yield slab.bytes.subarray(start, offset);
          start = offset + length;
        }
        offset += length;
      }
      if (offset > start) yield slab.bytes.subarray(start, offset);
    }
  }

  #slabFor(length: number): number {
    const open = this.#slabs[this.#open];
    if (!open || open.used + length > open.bytes.length) {
      this.#open = this.#addSlab(new Uint8Array(Math.max(SLAB_LENGTH, length)));
    }
    return this.#open;
  }

  #addSlab(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return this.#slabs.push({ bytes, view, used: 0 }) - 1;
  }

  /** Has the entry found that begins at `at` in a slab. */
  #note(slab: number, at: number): void {
    if (4 * this.#count >= 3 * this.#slots.length) this.#grow();
    const slot = this.#slotOf(this.#slabs[slab]!.bytes, at + HASH);
    const old = this.#slots[slot]!;
    if (old === 0) this.#count++;
    else this.#markReplaced(old - 1);
    this.#slots[slot] = slab * SPAN + at + 1;
  }

  #markReplaced(position: number): void {
    const { bytes, offset } = this.#place(position);
    bytes[offset] = REPLACED;
  }

  #place(position: number): Place {
    const { bytes, view } = this.#slabs[Math.floor(position / SPAN)]!;
    return { bytes, view, offset: position % SPAN };
  }

  /** The slot of the hash that is in `hash` from `at`, or the empty one where it belongs. */
  #slotOf(hash: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = firstWord(hash, at) & mask;
    for (let found = this.#slots[slot]!; found > 0 && !this.#isAt(found - 1, hash, at); found = this.#slots[slot]!) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(position: number, hash: Uint8Array, at: number): boolean {
    const { bytes } = this.#slabs[Math.floor(position / SPAN)]!;
    const start = position % SPAN + HASH;
    for (let i = 0; i < 32; i++) if (bytes[start + i] !== hash[at + i]) return false;
    return true;
  }

  #grow(): void {
    const positions = this.#slots;
    this.#slots = new Float64Array(2 * positions.length);
    const mask = this.#slots.length - 1;
    for (const position of positions) {
      if (position === 0) continue;
      const { bytes, offset } = this.#place(position - 1);
      let slot = firstWord(bytes, offset + HASH) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = position;
    }
  }
}

/** Path hashes are random, so their first bytes serve as the hash of the table. */
function firstWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
