/** Largest value that a word of an entry may hold (format reference 2.6): those above mark states in the file. */
export const MAX_VALUE = 4294966271;

/** The bytes are not a hash index, or not a whole one. */
export class HashIndexError extends Error {
  override readonly name = "HashIndexError";
}

export const KEY_LENGTH = 32;
export const KEY_WORDS = 8;

// The first values of what is no entry, as signed words.
export const EMPTY = -1;
export const DELETED = -2;

// Words of record 0, which is no entry.
const COUNT = 0;
const USED = 1;
const FREE = 2;
const BUCKETS = 3;

/** Bytes of address space for each table: 80 million entries. It costs nothing until it is used. */
const ADDRESS_SPACE = 2 ** 32 - 2 ** 16;
const SMALLEST_STEP = 2 ** 16;
const LARGEST_STEP = 2 ** 25;

/**
 * A table from 32-byte ids to two or three 32-bit words (format reference 2.6; `hash_index_file.ts` has its file): one flat
 * piece of shared memory that grows where it is, so that workers can look up. The number of an entry is good until that
 * entry is deleted.
 *
 * Record i is the id, the values, the number of the next entry of the same bucket, and the first entry of bucket i; 0 is
 * none. There is a bucket for each record: a new record brings a new bucket, which takes over a part of one other (linear
 * hashing), so that no insertion ever has to move the table.
 */
export class HashIndex {
  readonly #stride: number;
  #shared: SharedArrayBuffer;
  #words: Int32Array;
  #bytes: Uint8Array;

  private constructor(readonly valueWords: 2 | 3, shared: SharedArrayBuffer) {
    this.#stride = KEY_WORDS + valueWords + 2;
    this.#shared = shared;
    this.#words = wordsOf(shared);
    this.#bytes = new Uint8Array(shared, 0, shared.byteLength);
  }

  /** An empty table that expects `capacity` entries. */
  static create(valueWords: 2 | 3, capacity = 0): HashIndex {
    const records = Math.max(1, capacity) + 1;
    const index = new HashIndex(valueWords, reserve(4 * records * (KEY_WORDS + valueWords + 2)));
    index.#words[USED] = 1;
    index.#words[BUCKETS] = records;
    return index;
  }

  /**
   * The table of another thread as far as it reaches now, to look up in: it is not for writing. While the owner changes it, an
   * id may not be found that is there.
   */
  static attach(shared: SharedArrayBuffer, valueWords: 2 | 3): HashIndex {
    return new HashIndex(valueWords, shared);
  }

  /** Number of entries. */
  get count(): number {
    return this.#words[COUNT]!;
  }

  /** The memory of the table, for `attach`. */
  get shared(): SharedArrayBuffer {
    return this.#shared;
  }

  /** All bytes of the table, in which `offsetOf` gives the place of an id: to look it up elsewhere without a copy. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The entry of the id that is in `id` from `at`, or -1. */
  find(id: Uint8Array, at = 0): number {
    const words = this.#words;
    const stride = this.#stride;
    const first = wordAt(id, at);
    let entry = words[this.#bucketOf(first) * stride + stride - 1]!;
    while (entry > 0) {
      const place = entry * stride;
      if (words[place] === first && this.#holds(4 * place, id, at)) return entry;
      entry = words[place + stride - 2]!;
    }
    return -1;
  }

  /** Value `i` of an entry. */
  word(entry: number, i: number): number {
    return this.#words[entry * this.#stride + KEY_WORDS + i]! >>> 0;
  }

  /** Throws RangeError on values that are not 0 to MAX_VALUE. */
  setWord(entry: number, i: number, value: number): void {
    if (!isValue(value)) throw new RangeError(`not a value of a hash index: ${value}`);
    this.#words[entry * this.#stride + KEY_WORDS + i] = value;
  }

  /** Gives the id that is in `id` from `at` these words. Returns whether it is new. Throws RangeError as `setWord`. */
  set(id: Uint8Array, a: number, b: number, c = 0, at = 0): boolean {
    if (!(isValue(a) && isValue(b) && isValue(c))) throw new RangeError(`not values of a hash index: ${a} ${b} ${c}`);
    const found = this.find(id, at);
    const entry = found < 0 ? this.#allocate() : found;
    const place = entry * this.#stride;
    if (found < 0) {
      this.#bytes.set(at === 0 && id.length === KEY_LENGTH ? id : id.subarray(at, at + KEY_LENGTH), 4 * place);
    }
    this.#words[place + KEY_WORDS] = a;
    this.#words[place + KEY_WORDS + 1] = b;
    if (this.valueWords === 3) this.#words[place + KEY_WORDS + 2] = c;
    if (found < 0) this.#link(entry);
    return found < 0;
  }

  /**
   * Adds the entries in the buckets of a file, which the caller knows not to be there yet. One plain loop: it has to be fast
   * before a compiler has looked at it.
   */
  appendBuckets(buckets: Int32Array): void {
    const width = KEY_WORDS + this.valueWords;
    this.#makeRoom(buckets.length / width);
    const words = this.#words;
    let entry = words[USED]!;
    for (let at = 0; at < buckets.length; at += width) {
      const state = buckets[at + KEY_WORDS]!;
      if (state === EMPTY || state === DELETED) continue;
      const place = entry * this.#stride;
      for (let i = 0; i < width; i++) words[place + i] = buckets[at + i]!;
      if (entry >= words[BUCKETS]!) this.#addBucket();
      const head = this.#bucketOf(buckets[at]!) * this.#stride + this.#stride - 1;
      words[place + width] = words[head]!;
      words[head] = entry++;
    }
    words[COUNT]! += entry - words[USED]!;
    words[USED] = entry;
  }

  /** Copies id and values of an entry to `words` from `at`. */
  copyTo(words: Int32Array, at: number, entry: number): void {
    const place = entry * this.#stride;
    for (let i = 0; i < KEY_WORDS + this.valueWords; i++) words[at + i] = this.#words[place + i]!;
  }

  /** Forgets the id that is in `id` from `at`. Returns whether it was there. */
  delete(id: Uint8Array, at = 0): boolean {
    const entry = this.find(id, at);
    if (entry >= 0) this.remove(entry);
    return entry >= 0;
  }

  /** Forgets an entry. */
  remove(entry: number): void {
    this.#unlink(entry);
    const words = this.#words;
    const place = entry * this.#stride;
    words[place + KEY_WORDS] = DELETED;
    words[place + this.#stride - 2] = words[FREE]!;
    words[FREE] = entry;
    words[COUNT]!--;
  }

  /** The first entry after `entry`, -1 if there is none. Begin with -1. */
  next(entry: number): number {
    const words = this.#words;
    const used = words[USED]!;
    for (let i = Math.max(1, entry + 1); i < used; i++) {
      if (words[i * this.#stride + KEY_WORDS] !== DELETED) return i;
    }
    return -1;
  }

  /** The first word of an entry's id, unsigned. */
  firstWord(entry: number): number {
    return this.#words[entry * this.#stride]! >>> 0;
  }

  /** A copy of an entry's id. */
  idAt(entry: number): Uint8Array {
    const start = this.offsetOf(entry);
    return this.#bytes.slice(start, start + KEY_LENGTH);
  }

  /** Where the id of an entry begins in `bytes`. */
  offsetOf(entry: number): number {
    return 4 * entry * this.#stride;
  }

  /** The bucket of ids that begin with the word `first`. There are always at least two. */
  #bucketOf(first: number): number {
    const buckets = this.#words[BUCKETS]!;
    const mask = -1 >>> Math.clz32(buckets - 1);
    const hash = Math.imul(first, 0x9e3779b1);
    const bucket = (hash ^ (hash >>> 15)) & mask;
    return bucket < buckets ? bucket : bucket & (mask >>> 1);
  }

  #holds(place: number, id: Uint8Array, at: number): boolean {
    const bytes = this.#bytes;
    for (let i = 4; i < KEY_LENGTH; i++) if (bytes[place + i] !== id[at + i]) return false;
    return true;
  }

  /** A record for an entry, which belongs to no bucket yet. */
  #allocate(): number {
    const free = this.#words[FREE]!;
    if (free > 0) {
      this.#words[FREE] = this.#words[free * this.#stride + this.#stride - 2]!;
      return free;
    }
    this.#makeRoom(1);
    const entry = this.#words[USED]!;
    this.#words[USED] = entry + 1;
    if (entry >= this.#words[BUCKETS]!) this.#addBucket();
    return entry;
  }

  /** Makes an entry, which is complete, one that can be found. */
  #link(entry: number): void {
    this.#attachTo(entry);
    this.#words[COUNT]!++;
  }

  #attachTo(entry: number): void {
    const words = this.#words;
    const stride = this.#stride;
    const head = this.#bucketOf(words[entry * stride]!) * stride + stride - 1;
    words[entry * stride + stride - 2] = words[head]!;
    words[head] = entry;
  }

  #unlink(entry: number): void {
    const words = this.#words;
    const stride = this.#stride;
    let at = this.#bucketOf(words[entry * stride]!) * stride + stride - 1;
    while (words[at] !== entry) at = words[at]! * stride + stride - 2;
    words[at] = words[entry * stride + stride - 2]!;
  }

  /** One bucket more: it gets those entries of the one with the same number but for the highest bit that belong there. */
  #addBucket(): void {
    const words = this.#words;
    const stride = this.#stride;
    const added = words[BUCKETS]!;
    const source = (added ^ (1 << (31 - Math.clz32(added)))) * stride + stride - 1;
    let entry = words[source]!;
    words[source] = 0;
    words[BUCKETS] = added + 1;
    while (entry > 0) {
      const following = words[entry * stride + stride - 2]!;
      this.#attachTo(entry);
      entry = following;
    }
  }

  #makeRoom(records: number): void {
    const needed = (this.#words[USED]! + records) * this.#stride;
    while (needed > this.#words.length) this.#enlarge();
  }

  /** More memory at the end, by a share of what there is. */
  #enlarge(): void {
    const length = this.#shared.byteLength;
    const wanted = length + Math.min(LARGEST_STEP, Math.max(SMALLEST_STEP, length));
    if (wanted > this.#shared.maxByteLength) this.#move(wanted);
    else this.#shared.grow(wanted);
    this.#words = wordsOf(this.#shared);
    this.#bytes = new Uint8Array(this.#shared, 0, this.#shared.byteLength);
  }

  /** Where address space was scarce, there was less of it to grow in. */
  #move(length: number): void {
    if (length > ADDRESS_SPACE) throw new HashIndexError("the hash index is full");
    const old = this.#bytes;
    this.#shared = reserve(length);
    new Uint8Array(this.#shared).set(old);
  }
}

function isValue(value: number): boolean {
  return value >= 0 && value <= MAX_VALUE;
}

/** Memory that can grow where it is, as far as there is address space. A view of fixed length is faster than one that follows. */
function reserve(length: number): SharedArrayBuffer {
  for (let limit = ADDRESS_SPACE;; limit = Math.floor(limit / 4)) {
    try {
      return new SharedArrayBuffer(length, { maxByteLength: Math.max(limit, length) });
    } catch (error) {
      if (!(error instanceof RangeError) || limit <= length) throw error;
    }
  }
}

function wordsOf(shared: SharedArrayBuffer): Int32Array {
  return new Int32Array(shared, 0, Math.floor(shared.byteLength / 4));
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
