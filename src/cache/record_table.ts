import { equal } from "../encoding/bytes.ts";

/** What is remembered of one file. `ids`: those of its chunks, one after the other. */
export interface FileRecord {
  readonly pathHash: Uint8Array;
  /** In how many runs in a row the file was not seen. */
  readonly age: number;
  readonly inode: bigint;
  readonly size: bigint;
  readonly time: bigint;
  readonly ids: Uint8Array;
}

/** A record in the table; its arrays are views. */
export interface StoredRecord extends FileRecord {
  readonly position: number;
}

// Record: path hash[32] age u32 chunk count u32 inode u64 size u64 time i64 chunk ids[32 each]; all multiples of 8
// bytes.
const AGE = 32;
const COUNT = 36;
const INODE = 40;
const SIZE = 48;
const TIME = 56;
const IDS = 64;

const SLAB_SHIFT = 22;
const SLAB_LENGTH = 1 << SLAB_SHIFT;
const FIRST_SLOTS = 1024;

/**
 * File records by path hash in flat memory: about 64 bytes and 32 for each chunk, and 4 to 12 for the hash table.
 * Records lie in slabs of 4 MiB and do not move; their position is counted in units of 8 bytes over all slabs.
 */
export class RecordTable {
  readonly #slabs: { bytes: Uint8Array; view: DataView }[] = [];
  #free = SLAB_LENGTH;
  /** Position + 1 of a record by its hash, open addressing; 0 = empty. The length is a power of two. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  find(pathHash: Uint8Array): StoredRecord | undefined {
    const slot = this.#slots[this.#slotOf(pathHash)]!;
    return slot === 0 ? undefined : this.#read(slot - 1);
  }

  /** Puts a record in the place of the one with the same path hash, if any. */
  set(record: FileRecord): void {
    if (4 * this.#count >= 3 * this.#slots.length) this.#grow();
    const slot = this.#slotOf(record.pathHash);
    const old = this.#slots[slot]!;
    const fits = old > 0 && this.#idBytes(old - 1) >= record.ids.length;
    const position = fits ? old - 1 : this.#allocate(IDS + record.ids.length);
    this.#write(position, record);
    this.#slots[slot] = position + 1;
    if (old === 0) this.#count++;
  }

  /** Notes that the file was seen in this run, perhaps with another inode. */
  touch(position: number, inode: bigint): void {
    const { view, offset } = this.#place(position);
    view.setUint32(offset + AGE, 0);
    view.setBigUint64(offset + INODE, inode);
  }

  *[Symbol.iterator](): Generator<StoredRecord> {
    for (const slot of this.#slots) if (slot > 0) yield this.#read(slot - 1);
  }

  #slotOf(pathHash: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = firstWord(pathHash, 0) & mask;
    for (let found = this.#slots[slot]!; found > 0 && !this.#isAt(found - 1, pathHash); found = this.#slots[slot]!) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(position: number, pathHash: Uint8Array): boolean {
    const { bytes, offset } = this.#place(position);
    return firstWord(bytes, offset) === firstWord(pathHash, 0) && equal(bytes.subarray(offset, offset + 32), pathHash);
  }

  #grow(): void {
    const positions = this.#slots.filter((slot) => slot > 0);
    this.#slots = new Uint32Array(2 * this.#slots.length);
    for (const position of positions) {
      const { bytes, offset } = this.#place(position - 1);
      this.#slots[this.#slotOf(bytes.subarray(offset, offset + 32))] = position;
    }
  }

  /** A record larger than a slab gets a slab of its own, after which the next record begins a new one. */
  #allocate(length: number): number {
    if (this.#free + length > SLAB_LENGTH) {
      const bytes = new Uint8Array(Math.max(SLAB_LENGTH, length));
      this.#slabs.push({ bytes, view: new DataView(bytes.buffer) });
      this.#free = 0;
    }
    const position = ((this.#slabs.length - 1) * SLAB_LENGTH + this.#free) / 8;
    this.#free += length;
    return position;
  }

  #place(position: number): { bytes: Uint8Array; view: DataView; offset: number } {
    const { bytes, view } = this.#slabs[position >>> (SLAB_SHIFT - 3)]!;
    return { bytes, view, offset: 8 * (position & (SLAB_LENGTH / 8 - 1)) };
  }

  #idBytes(position: number): number {
    const { view, offset } = this.#place(position);
    return 32 * view.getUint32(offset + COUNT);
  }

  #read(position: number): StoredRecord {
    const { bytes, view, offset } = this.#place(position);
    return {
      position,
      pathHash: bytes.subarray(offset, offset + 32),
      age: view.getUint32(offset + AGE),
      inode: view.getBigUint64(offset + INODE),
      size: view.getBigUint64(offset + SIZE),
      time: view.getBigInt64(offset + TIME),
      ids: bytes.subarray(offset + IDS, offset + IDS + 32 * view.getUint32(offset + COUNT)),
    };
  }

  #write(position: number, record: FileRecord): void {
    const { bytes, view, offset } = this.#place(position);
    bytes.set(record.pathHash, offset);
    view.setUint32(offset + AGE, record.age);
    view.setUint32(offset + COUNT, record.ids.length / 32);
    view.setBigUint64(offset + INODE, record.inode);
    view.setBigUint64(offset + SIZE, record.size);
    view.setBigInt64(offset + TIME, record.time);
    bytes.set(record.ids, offset + IDS);
  }
}

/** Path hashes are random, so their first bytes serve as the hash of the table. */
function firstWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
