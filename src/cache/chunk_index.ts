import { HashIndex, HashIndexError, MAX_VALUE } from "../encoding/hash_index.ts";
import { decodeIndex, encodeIndex } from "../encoding/hash_index_file.ts";

/** What is known of one stored object. `csize` 0 = not known (written while the cache was bypassed). */
export interface ChunkUse {
  readonly refcount: number;
  readonly size: number;
  readonly csize: number;
}

/** Sums over an index; `total` counts every reference, `unique` every object once. */
export interface ChunkTotals {
  totalChunks: number;
  totalSize: number;
  totalCsize: number;
  uniqueChunks: number;
  uniqueSize: number;
  uniqueCsize: number;
}

const REFCOUNT = 0;
const SIZE = 1;
const CSIZE = 2;

/**
 * Object id to reference count, plaintext length and stored length (format reference 2.6 and 9.2). A count that reached
 * MAX_VALUE stays there for good: such an object is never deleted.
 */
export class ChunkIndex {
  private constructor(
    /** The flat table underneath, for workers that look ids up in its shared memory. */
    readonly table: HashIndex,
  ) {}

  static create(capacity?: number): ChunkIndex {
    return new ChunkIndex(HashIndex.create(3, capacity));
  }

  /** The index of a file, which comes in parts. Throws HashIndexError. */
  static decode(parts: Iterator<Uint8Array>): ChunkIndex {
    const table = decodeIndex(parts);
    if (table.valueWords !== 3) throw new HashIndexError("not a chunk index but a repository's");
    return new ChunkIndex(table);
  }

  /** The file, a part at a time. */
  encode(): Generator<Uint8Array> {
    return encodeIndex(this.table);
  }

  get count(): number {
    return this.table.count;
  }

  has(id: Uint8Array): boolean {
    return this.table.find(id) >= 0;
  }

  get(id: Uint8Array): ChunkUse | undefined {
    const bucket = this.table.find(id);
    return bucket < 0 ? undefined : this.#useAt(bucket);
  }

  /**
   * Adds `refcount` references to the 32-byte id that begins at `at`. Known lengths replace older ones; they come from
   * archives, and may be anything. Gives whether the object is new to the index.
   */
  add(id: Uint8Array, refcount: number, size: number, csize: number, at = 0): boolean {
    const table = this.table;
    const bucket = table.find(id, at);
    if (bucket < 0) return table.set(id, Math.min(refcount, MAX_VALUE), storable(size), storable(csize), at);
    table.setWord(bucket, REFCOUNT, Math.min(table.word(bucket, REFCOUNT) + refcount, MAX_VALUE));
    table.setWord(bucket, SIZE, storable(size));
    if (csize !== 0) table.setWord(bucket, CSIZE, storable(csize));
    return false;
  }

  /** One reference more. Throws RangeError for an unknown object. */
  increment(id: Uint8Array): ChunkUse {
    const bucket = this.#known(id);
    this.table.setWord(bucket, REFCOUNT, Math.min(this.table.word(bucket, REFCOUNT) + 1, MAX_VALUE));
    return this.#useAt(bucket);
  }

  /** One reference more to an object that is there: gives its stored length; undefined when it is not there. */
  reference(id: Uint8Array): number | undefined {
    const bucket = this.table.find(id);
    if (bucket < 0) return undefined;
    this.table.setWord(bucket, REFCOUNT, Math.min(this.table.word(bucket, REFCOUNT) + 1, MAX_VALUE));
    return this.table.word(bucket, CSIZE);
  }

  /**
   * One reference less; an object that has none any more is forgotten. Gives what is known of it then. Throws RangeError for
   * an unknown object.
   */
  release(id: Uint8Array): ChunkUse {
    const entry = this.#known(id);
    const refcount = this.table.word(entry, REFCOUNT);
    if (refcount === 0) throw new RangeError("there is no reference to take back");
    if (refcount !== MAX_VALUE) this.table.setWord(entry, REFCOUNT, refcount - 1);
    const use = this.#useAt(entry);
    if (use.refcount === 0) this.table.remove(entry);
    return use;
  }

  setCsize(id: Uint8Array, csize: number): void {
    this.table.setWord(this.#known(id), CSIZE, csize);
  }

  delete(id: Uint8Array): boolean {
    return this.table.delete(id);
  }

  /** Adds all of `other`'s references to these. */
  merge(other: ChunkIndex): void {
    const { table } = other;
    for (let entry = table.next(-1); entry >= 0; entry = table.next(entry)) {
      const [refcount, size, csize] = [table.word(entry, REFCOUNT), table.word(entry, SIZE), table.word(entry, CSIZE)];
      this.add(table.bytes, refcount, size, csize, table.offsetOf(entry));
    }
  }

  *entries(): Generator<[Uint8Array, ChunkUse]> {
    for (let bucket = this.table.next(-1); bucket >= 0; bucket = this.table.next(bucket)) {
      yield [this.table.idAt(bucket), this.#useAt(bucket)];
    }
  }

  totals(): ChunkTotals {
    const totals = noTotals();
    for (let bucket = this.table.next(-1); bucket >= 0; bucket = this.table.next(bucket)) {
      count(totals, this.#useAt(bucket));
    }
    return totals;
  }

  /**
   * The totals of those objects to which nobody but this index refers. `everything` has all references there are, and the
   * lengths that count.
   */
  exclusiveTotals(everything: ChunkIndex): ChunkTotals {
    const totals = noTotals();
    for (const [id, { refcount }] of this.entries()) {
      const use = everything.get(id);
      if (use?.refcount === refcount) count(totals, use);
    }
    return totals;
  }

  #known(id: Uint8Array): number {
    const bucket = this.table.find(id);
    if (bucket < 0) throw new RangeError("the object is not in the chunk index");
    return bucket;
  }

  #useAt(bucket: number): ChunkUse {
    const table = this.table;
    return { refcount: table.word(bucket, REFCOUNT), size: table.word(bucket, SIZE), csize: table.word(bucket, CSIZE) };
  }
}

function noTotals(): ChunkTotals {
  return { totalChunks: 0, totalSize: 0, totalCsize: 0, uniqueChunks: 0, uniqueSize: 0, uniqueCsize: 0 };
}

/** The nearest value that the index has room for. */
function storable(length: number): number {
  return Math.max(0, Math.min(length, MAX_VALUE));
}

function count(totals: ChunkTotals, { refcount, size, csize }: ChunkUse): void {
  totals.totalChunks += refcount;
  totals.totalSize += refcount * size;
  totals.totalCsize += refcount * csize;
  totals.uniqueChunks++;
  totals.uniqueSize += size;
  totals.uniqueCsize += csize;
}
