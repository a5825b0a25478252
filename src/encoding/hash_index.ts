import { Buffer } from "node:buffer";
import { equal } from "./bytes.ts";

/** Largest value that a word of an entry may hold (format reference 2.6): those above mark states. */
export const MAX_VALUE = 4294966271;

/** The bytes are not a hash index, or not a whole one. */
export class HashIndexError extends Error {
  override readonly name = "HashIndexError";
}

/** One entry of a compact index. `id` is a view; `c` is 0 if the entries have two words. */
export interface IndexEntry {
  readonly id: Uint8Array;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const MAGIC = Buffer.from("BORG_IDX", "latin1");
export const HEADER_LENGTH = 18;
const KEY_LENGTH = 32;
const KEY_WORDS = 8;
const EMPTY = 0xffffffff;
const DELETED = 0xfffffffe;

// Words before the first bucket in shared memory, so that attached tables see the counters too.
const COUNT = 0;
const EMPTIES = 1;
const PREFIX_WORDS = 2;

const SIZES = (
  "1031 2053 4099 8209 16411 32771 65537 131101 262147 445649 757607 1287917 2189459 3065243 4291319 6007867 8410991 " +
  "11775359 16485527 23079703 27695653 33234787 39881729 47858071 57429683 68915617 82698751 99238507 119086189 " +
  "144378011 157223263 173476439 190253911 209915011 230493629 253169431 278728861 306647623 337318939 370742809 " +
  "408229973 449387209 493428073 543105119 596976533 657794869 722676499 795815791 874066969 962279771 1057701643 " +
  "1164002657 1280003147 1407800297 1548442699 1703765389 1873768367 2062383853"
).split(" ").map(Number);
const LARGEST = 2062383853;

/**
 * A table from 32-byte ids to two or three 32-bit words (format reference 2.6): one flat piece of shared memory that has
 * the layout of the file, so that loading and saving is a copy and workers can look up. Bucket numbers hold until the
 * next `set` of a new id or `delete`, which may move everything to another piece of memory.
 */
export class HashIndex {
  readonly valueWords: 2 | 3;
  #shared!: SharedArrayBuffer;
  #words!: Uint32Array;
  #bytes!: Uint8Array;
  #buckets!: number;
  readonly #stride: number;

  private constructor(valueWords: 2 | 3, shared: SharedArrayBuffer, buckets: number) {
    this.valueWords = valueWords;
    this.#stride = KEY_WORDS + valueWords;
    this.#adopt(shared, buckets);
  }

  /** An empty table with room for `capacity` buckets. */
  static create(valueWords: 2 | 3, capacity = 0): HashIndex {
    const buckets = SIZES.find((size) => size >= capacity) ?? LARGEST;
    const index = new HashIndex(valueWords, allocate(valueWords, buckets), buckets);
    index.#clear();
    return index;
  }

  /** The table of another thread, to look up in: it is not for writing, and stays behind when the owner's one moves. */
  static attach(shared: SharedArrayBuffer, valueWords: 2 | 3, buckets: number): HashIndex {
    return new HashIndex(valueWords, shared, buckets);
  }

  /** The table of a whole index file. Throws HashIndexError. */
  static decode(bytes: Uint8Array): HashIndex {
    const { valueWords, buckets } = readHeader(bytes);
    const index = new HashIndex(valueWords, allocate(valueWords, buckets), buckets);
    index.#bytes.set(bytes.subarray(HEADER_LENGTH), 4 * PREFIX_WORDS);
    index.#recount();
    if (index.#words[EMPTIES]! <= index.#minimumEmpties()) index.#resize(buckets);
    return index;
  }

  /** The entries of a compact index file (`encodeCompact`), in its order. Throws HashIndexError. */
  static *decodeCompact(bytes: Uint8Array): Generator<IndexEntry> {
    const { valueWords } = readHeader(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const width = KEY_LENGTH + 4 * valueWords;
    for (let at = HEADER_LENGTH; at < bytes.length; at += width) {
      const a = view.getUint32(at + 32, true);
      if (a >= DELETED) continue;
      const c = valueWords === 3 ? view.getUint32(at + 40, true) : 0;
      yield { id: bytes.subarray(at, at + KEY_LENGTH), a, b: view.getUint32(at + 36, true), c };
    }
  }

  /** Number of entries. */
  get count(): number {
    return this.#words[COUNT]!;
  }

  get buckets(): number {
    return this.#buckets;
  }

  /** The memory of the table, for `attach`. Another one after the table has grown or shrunk. */
  get shared(): SharedArrayBuffer {
    return this.#shared;
  }

  /** All bytes of the table, in which `offsetOf` gives the place of an id: to look it up elsewhere without a copy. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The whole file: header and buckets. */
  encode(): Uint8Array {
    const buckets = this.#bytes.subarray(4 * PREFIX_WORDS);
    const file = new Uint8Array(HEADER_LENGTH + buckets.length);
    writeHeader(file, this.count, this.#buckets, this.valueWords);
    file.set(buckets, HEADER_LENGTH);
    return file;
  }

  /** The file of the used buckets alone, in bucket order: half the size, but to be read in one go only. */
  encodeCompact(): Uint8Array {
    const width = 4 * this.#stride;
    const buckets = Math.max(1, this.count);
    const file = new Uint8Array(HEADER_LENGTH + buckets * width);
    writeHeader(file, this.count, buckets, this.valueWords);
    if (this.count === 0) file.fill(0xff, HEADER_LENGTH + KEY_LENGTH, HEADER_LENGTH + KEY_LENGTH + 4);
    let at = HEADER_LENGTH;
    for (let bucket = this.next(-1); bucket >= 0; bucket = this.next(bucket), at += width) {
      const start = this.offsetOf(bucket);
      file.set(this.#bytes.subarray(start, start + width), at);
    }
    return file;
  }

  /** The bucket of the id that is in `id` from `at`, or -1. */
  find(id: Uint8Array, at = 0): number {
    const words = this.#words;
    const stride = this.#stride;
    const first = wordAt(id, at);
    const start = this.#startOf(first);
    let bucket = start;
    do {
      const place = PREFIX_WORDS + bucket * stride;
      const state = words[place + KEY_WORDS]!;
      if (state === EMPTY) return -1;
      if (words[place] === first && state !== DELETED && this.#holds(4 * place, id, at)) return bucket;
      if (++bucket === this.#buckets) bucket = 0;
    } while (bucket !== start);
    return -1;
  }

  /** Word `i` of the entry in `bucket`. */
  word(bucket: number, i: number): number {
    return this.#words[this.#place(bucket) + KEY_WORDS + i]!;
  }

  /** Throws RangeError on values that are not 0 to MAX_VALUE. */
  setWord(bucket: number, i: number, value: number): void {
    if (!isValue(value)) throw new RangeError(`not a value of a hash index: ${value}`);
    this.#words[this.#place(bucket) + KEY_WORDS + i] = value;
  }

  /** Gives the id that is in `id` from `at` these words. Returns whether it is new. Throws RangeError as `setWord`. */
  set(id: Uint8Array, a: number, b: number, c = 0, at = 0): boolean {
    if (!(isValue(a) && isValue(b) && isValue(c))) throw new RangeError(`not values of a hash index: ${a} ${b} ${c}`);
    const found = this.find(id, at);
    const place = this.#place(found < 0 ? this.#insert(id, at) : found) + KEY_WORDS;
    this.#words[place + 1] = b;
    if (this.valueWords === 3) this.#words[place + 2] = c;
    this.#words[place] = a;
    return found < 0;
  }

  /** Forgets the id that is in `id` from `at`. Returns whether it was there. */
  delete(id: Uint8Array, at = 0): boolean {
    const bucket = this.find(id, at);
    if (bucket < 0) return false;
    this.#words[this.#place(bucket) + KEY_WORDS] = DELETED;
    this.#words[COUNT]!--;
    if (this.count < Math.trunc(0.25 * this.#buckets)) this.#shrink();
    return true;
  }

  /** The first used bucket after `bucket`, -1 if there is none. Begin with -1. */
  next(bucket: number): number {
    const words = this.#words;
    for (let i = bucket + 1; i < this.#buckets; i++) {
      if (words[PREFIX_WORDS + i * this.#stride + KEY_WORDS]! < DELETED) return i;
    }
    return -1;
  }

  /** A copy of the id in `bucket`. */
  idAt(bucket: number): Uint8Array {
    const start = this.offsetOf(bucket);
    return new Uint8Array(this.#bytes.subarray(start, start + KEY_LENGTH));
  }

  /** Where the id of `bucket` begins in `bytes`. */
  offsetOf(bucket: number): number {
    return 4 * this.#place(bucket);
  }

  /** Where the words of `bucket` begin. */
  #place(bucket: number): number {
    return PREFIX_WORDS + bucket * this.#stride;
  }

  /** Puts an id that is not there yet into a bucket, whose words the caller sets. */
  #insert(id: Uint8Array, at: number): number {
    if (this.count > Math.trunc(0.75 * this.#buckets)) this.#grow();
    let bucket = this.#freeBucket(wordAt(id, at));
    if (this.#isEmpty(bucket) && this.#words[EMPTIES]! <= this.#minimumEmpties() && this.#hasDeleted()) {
      this.#resize(this.#buckets);
      bucket = this.#freeBucket(wordAt(id, at));
    }
    if (this.#isEmpty(bucket)) this.#words[EMPTIES]!--;
    this.#words[COUNT]!++;
    this.#bytes.set(
      at === 0 && id.length === KEY_LENGTH ? id : id.subarray(at, at + KEY_LENGTH),
      this.offsetOf(bucket),
    );
    return bucket;
  }

  /** The first bucket without an entry on the way of an id that begins with the word `first`. */
  #freeBucket(first: number): number {
    const start = this.#startOf(first);
    let bucket = start;
    do {
      if (this.word(bucket, 0) >= DELETED) return bucket;
      if (++bucket === this.#buckets) bucket = 0;
    } while (bucket !== start);
    throw new HashIndexError("the hash index is full");
  }

  #isEmpty(bucket: number): boolean {
    return this.word(bucket, 0) === EMPTY;
  }

  #hasDeleted(): boolean {
    return this.count + this.#words[EMPTIES]! < this.#buckets;
  }

  #minimumEmpties(): number {
    return 1 + Math.trunc(0.07 * this.#buckets);
  }

  #startOf(first: number): number {
    // Exact, and faster than %, which leaves integer arithmetic above 2^31.
    return first - Math.floor(first / this.#buckets) * this.#buckets;
  }

  #holds(place: number, id: Uint8Array, at: number): boolean {
    const bytes = this.#bytes;
    for (let i = 4; i < KEY_LENGTH; i++) if (bytes[place + i] !== id[at + i]) return false;
    return true;
  }

  #grow(): void {
    const size = SIZES.find((size) => size > this.#buckets);
    if (size !== undefined) this.#resize(size);
  }

  #shrink(): void {
    const size = SIZES.findLast((size) => size < this.#buckets);
    if (size !== undefined) this.#resize(size);
  }

  /** Moves all entries, in bucket order, to new memory with `buckets` buckets. */
  #resize(buckets: number): void {
    const from = this.#words;
    const oldBuckets = this.#buckets;
    this.#adopt(allocate(this.valueWords, buckets), buckets);
    this.#clear();
    for (let i = 0; i < oldBuckets; i++) {
      const place = PREFIX_WORDS + i * this.#stride;
      if (from[place + KEY_WORDS]! < DELETED) this.#move(from, place);
    }
  }

  #move(from: Uint32Array, place: number): void {
    const target = this.#place(this.#freeBucket(from[place]!));
    for (let i = 0; i < this.#stride; i++) this.#words[target + i] = from[place + i]!;
    this.#words[COUNT]!++;
    this.#words[EMPTIES]!--;
  }

  #adopt(shared: SharedArrayBuffer, buckets: number): void {
    this.#shared = shared;
    this.#words = new Uint32Array(shared);
    this.#bytes = new Uint8Array(shared);
    this.#buckets = buckets;
  }

  /** Makes fresh memory, which is all zero, an empty table. */
  #clear(): void {
    this.#words[EMPTIES] = this.#buckets;
    for (let place = PREFIX_WORDS + KEY_WORDS; place < this.#words.length; place += this.#stride) {
      this.#words[place] = EMPTY;
    }
  }

  #recount(): void {
    let used = 0;
    let empties = 0;
    for (let place = PREFIX_WORDS + KEY_WORDS; place < this.#words.length; place += this.#stride) {
      if (this.#words[place]! < DELETED) used++;
      else if (this.#words[place] === EMPTY) empties++;
    }
    this.#words[COUNT] = used;
    this.#words[EMPTIES] = empties;
  }
}

function isValue(value: number): boolean {
  return value >= 0 && value <= MAX_VALUE;
}

function allocate(valueWords: number, buckets: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (PREFIX_WORDS + buckets * (KEY_WORDS + valueWords)));
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function writeHeader(file: Uint8Array, entries: number, buckets: number, valueWords: number): void {
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setInt32(8, entries, true);
  view.setInt32(12, buckets, true);
  view.setInt8(16, KEY_LENGTH);
  view.setInt8(17, 4 * valueWords);
}

function readHeader(file: Uint8Array): { valueWords: 2 | 3; buckets: number } {
  if (file.length < HEADER_LENGTH) throw new HashIndexError("shorter than the header of a hash index");
  if (!equal(file.subarray(0, 8), MAGIC)) throw new HashIndexError("not a hash index: another magic");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const entries = view.getInt32(8, true);
  const buckets = view.getInt32(12, true);
  const valueWords = file[17]! / 4;
  if (file[16] !== KEY_LENGTH || (valueWords !== 2 && valueWords !== 3)) throw new HashIndexError("foreign entry size");
  if (buckets < 1 || entries < 0 || entries > buckets) {
    throw new HashIndexError("impossible number of entries or buckets");
  }
  const length = HEADER_LENGTH + buckets * (KEY_LENGTH + 4 * valueWords);
  if (file.length !== length) throw new HashIndexError(`${file.length} bytes instead of ${length}`);
  return { valueWords, buckets };
}
