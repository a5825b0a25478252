import { Buffer } from "node:buffer";
import { equal } from "./bytes.ts";
import { DELETED, EMPTY, HashIndex, HashIndexError, KEY_LENGTH, KEY_WORDS } from "./hash_index.ts";

/** One entry of a compact index. `id` is a view; `c` is 0 if the entries have two words. */
export interface IndexEntry {
  readonly id: Uint8Array;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const MAGIC = Buffer.from("BORG_IDX", "latin1");
export const HEADER_LENGTH = 18;

/** Bytes of buckets that are read or written at once: whole ones, of 40 bytes or of 44. */
export const PIECE_LENGTH = 9600 * 440;

/** So many entries get room beforehand, whatever a header says. */
const TRUSTED = 1 << 20;

/** The largest share of used buckets. */
const LOAD = 0.75;
const SIZES = (
  "1031 2053 4099 8209 16411 32771 65537 131101 262147 445649 757607 1287917 2189459 3065243 4291319 6007867 8410991 " +
  "11775359 16485527 23079703 27695653 33234787 39881729 47858071 57429683 68915617 82698751 99238507 119086189 " +
  "144378011 157223263 173476439 190253911 209915011 230493629 253169431 278728861 306647623 337318939 370742809 " +
  "408229973 449387209 493428073 543105119 596976533 657794869 722676499 795815791 874066969 962279771 1057701643 " +
  "1164002657 1280003147 1407800297 1548442699 1703765389 1873768367 2062383853"
).split(" ").map(Number);
const LARGEST = 2062383853;

/** Length of the whole file of an index (format reference 2.6), in bytes. */
export function indexFileLength({ count, valueWords }: HashIndex): number {
  return HEADER_LENGTH + bucketsFor(count) * (KEY_LENGTH + 4 * valueWords);
}

/** The whole file: the header, then buckets, a piece at a time. Each part is good until the next one. */
export function* encodeIndex(index: HashIndex): Generator<Uint8Array<ArrayBuffer>> {
  const buckets = bucketsFor(index.count);
  yield header(index.count, buckets, index.valueWords);
  const entries = layOut(index, buckets);
  const width = KEY_WORDS + index.valueWords;
  const step = PIECE_LENGTH / (4 * width);
  const piece = new Int32Array(Math.min(step, buckets) * width);
  for (let start = 0; start < buckets; start += step) {
    const words = piece.subarray(0, (buckets - start) * width).fill(0);
    for (let at = 0, bucket = start; at < words.length; at += width, bucket++) {
      if (entries[bucket] === 0) words[at + KEY_WORDS] = EMPTY;
      else index.copyTo(words, at, entries[bucket]!);
    }
    yield new Uint8Array(words.buffer, 0, words.byteLength);
  }
}

/** The index of a whole file, which comes in parts of any length. Throws HashIndexError. */
export function decodeIndex(parts: Iterator<Uint8Array>): HashIndex {
  const intake = new Intake(parts);
  const { valueWords, buckets, entries } = readHeader(intake.read(new Uint8Array(HEADER_LENGTH)));
  const index = HashIndex.create(valueWords, Math.min(entries, TRUSTED));
  const width = 4 * (KEY_WORDS + valueWords);
  const piece = new Int32Array(Math.min(PIECE_LENGTH, buckets * width + 4) / 4);
  let length = 0;
  for (let got = -1; got !== 0; length += got) {
    got = intake.read(new Uint8Array(piece.buffer)).length;
    index.appendBuckets(piece.subarray(0, Math.floor(got / width) * (width / 4)));
  }
  if (length !== buckets * width) throw wrongLength(HEADER_LENGTH + length, HEADER_LENGTH + buckets * width);
  return index;
}

/** The file of the used buckets alone: half the size, but to be read in one go only. */
export function encodeCompact(index: HashIndex): Uint8Array {
  const { count, valueWords } = index;
  const width = KEY_WORDS + valueWords;
  const words = new Int32Array(Math.max(1, count) * width);
  if (count === 0) words[KEY_WORDS] = EMPTY;
  let at = 0;
  for (let entry = index.next(-1); entry >= 0; entry = index.next(entry), at += width) index.copyTo(words, at, entry);
  const file = new Uint8Array(HEADER_LENGTH + 4 * words.length);
  file.set(header(count, Math.max(1, count), valueWords));
  file.set(new Uint8Array(words.buffer), HEADER_LENGTH);
  return file;
}

/** The entries of a compact index file (`encodeCompact`), in its order. Throws HashIndexError. */
export function* decodeCompact(bytes: Uint8Array): Generator<IndexEntry> {
  const { valueWords, buckets } = readHeader(bytes.subarray(0, HEADER_LENGTH));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = KEY_LENGTH + 4 * valueWords;
  const length = HEADER_LENGTH + buckets * width;
  if (bytes.length !== length) throw wrongLength(bytes.length, length);
  for (let at = HEADER_LENGTH; at < bytes.length; at += width) {
    if (view.getInt32(at + 32, true) === EMPTY || view.getInt32(at + 32, true) === DELETED) continue;
    const c = valueWords === 3 ? view.getUint32(at + 40, true) : 0;
    const [a, b] = [view.getUint32(at + 32, true), view.getUint32(at + 36, true)];
    yield { id: bytes.subarray(at, at + KEY_LENGTH), a, b, c };
  }
}

/** Hands out bytes of parts in other lengths than they came in. */
class Intake {
  #rest: Uint8Array = new Uint8Array(0);

  constructor(private readonly parts: Iterator<Uint8Array>) {}

  /** Fills `into` and gives it, or as much of it as there was. */
  read(into: Uint8Array): Uint8Array {
    let done = 0;
    while (done < into.length) {
      const part = this.#rest.subarray(0, into.length - done);
      into.set(part, done);
      done += part.length;
      this.#rest = this.#rest.subarray(part.length);
      if (done < into.length && !this.#advance()) break;
    }
    return into.subarray(0, done);
  }

  #advance(): boolean {
    const next = this.parts.next();
    if (!next.done) this.#rest = next.value;
    return !next.done;
  }
}

/** As many buckets as a table has that grew to `count` entries, none of which was ever deleted. */
function bucketsFor(count: number): number {
  return SIZES.find((size) => count - 1 <= Math.trunc(LOAD * size)) ?? LARGEST;
}

/** The entry in each bucket of a file, 0 = none: in the one that its id says, or the first free one behind that. */
function layOut(index: HashIndex, buckets: number): Uint32Array {
  const entries = new Uint32Array(buckets);
  for (let entry = index.next(-1); entry >= 0; entry = index.next(entry)) {
    let bucket = index.firstWord(entry) % buckets;
    while (entries[bucket] !== 0) bucket = bucket + 1 === buckets ? 0 : bucket + 1;
    entries[bucket] = entry;
  }
  return entries;
}

function header(entries: number, buckets: number, valueWords: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setInt32(8, entries, true);
  view.setInt32(12, buckets, true);
  view.setInt8(16, KEY_LENGTH);
  view.setInt8(17, 4 * valueWords);
  return file;
}

function readHeader(file: Uint8Array): { valueWords: 2 | 3; buckets: number; entries: number } {
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
  return { valueWords, buckets, entries };
}

function wrongLength(found: number, expected: number): HashIndexError {
  return new HashIndexError(`${found} bytes instead of ${expected}`);
}
