import { clampFileTime } from "../archive/timestamps.ts";
import { MsgpackError, Reader } from "../encoding/msgpack.ts";
import { AGE, entryLength, type FileEntry, idsOf, type NewEntry, readEntry, SHORT_AGE } from "./file_entry.ts";
import type { FilesCacheMode } from "./files_cache_mode.ts";
import { RecordTable } from "./record_table.ts";

/** Of a file's status, what the files cache goes by. */
export interface FileFacts {
  readonly ino: number | bigint;
  readonly size: number;
  readonly mtime: bigint;
  readonly ctime: bigint;
}

/** Why a file has to be read: nothing is known of it, it shall be read anyway, or what is not as it was. */
export type Unknown = "missing" | "rechunk";
export type Change = "size" | "inode" | "time";

/** What the files cache knows of a path. */
export type Match =
  | { readonly state: "unknown"; readonly why: Unknown }
  | { readonly state: "changed"; readonly why: Change }
  /** The ids of its chunks, one after the other. */
  | { readonly state: "unchanged"; readonly ids: Uint8Array };

export const DEFAULT_TTL = 20;

const MISSING: Match = { state: "unknown", why: "missing" };
const RECHUNK: Match = { state: "unknown", why: "rechunk" };
const OTHER_SIZE: Match = { state: "changed", why: "size" };
const OTHER_INODE: Match = { state: "changed", why: "inode" };
const OTHER_TIME: Match = { state: "changed", why: "time" };

/**
 * Remembers by the id hash of their absolute paths which chunks files had when they were last backed up (format
 * reference 9.3), so that unchanged ones need not be read. Built for millions of files: what was loaded stays as it lies
 * in the file, and of most entries one byte changes.
 */
export class FilesCache {
  readonly #records = new RecordTable();
  readonly #mode: FilesCacheMode;
  /** The newest time that was memorised in this run. */
  #newest: bigint | undefined;
  #encoded = 0;

  private constructor(mode: FilesCacheMode) {
    this.#mode = mode;
  }

  static empty(mode: FilesCacheMode): FilesCache {
    return new FilesCache(mode);
  }

  /**
   * Takes over the file of an earlier run, and changes it in place: its entries have not been seen for one run more now.
   * Throws MsgpackError.
   */
  static decode(file: Uint8Array, mode: FilesCacheMode): FilesCache {
    const cache = new FilesCache(mode);
    cache.#load(file);
    return cache;
  }

  get count(): number {
    return this.#records.count;
  }

  /** The newest time that was memorised in this run; undefined when nothing was. */
  get newest(): bigint | undefined {
    return this.#newest;
  }

  /** How many records the last `encode` has kept. */
  get encodedCount(): number {
    return this.#encoded;
  }

  /**
   * Compares a regular file with what is known of it. A file that did not change counts as seen in this run; whether
   * its chunks still exist is for the caller to find out.
   */
  match(pathHash: Uint8Array, facts: FileFacts): Match {
    const mode = this.#mode;
    if (mode.disabled || mode.rechunk) return RECHUNK;
    const place = this.#records.find(pathHash);
    if (place === undefined) return MISSING;
    const entry = readEntry(place, place.offset);
    if (mode.size && !same(entry.size, facts.size)) return OTHER_SIZE;
    const isSameInode = same(entry.inode, facts.ino);
    if (mode.inode && !isSameInode) return OTHER_INODE;
    if (mode.time !== undefined && !same(entry.time, this.#timeOf(facts))) return OTHER_TIME;
    const ids = idsOf(place.bytes, entry);
    if (isSameInode && entry.age <= SHORT_AGE) place.bytes[place.offset + AGE] = 0;
    else this.#records.set({ ...entry, pathHash, age: 0, inode: facts.ino, ids });
    return { state: "unchanged", ids };
  }

  /** Remembers a file that was read and did not change meanwhile. `ids`: those of its chunks, one after the other. */
  memorize(pathHash: Uint8Array, facts: FileFacts, ids: Uint8Array): void {
    if (this.#mode.disabled) return;
    const time = this.#timeOf(facts);
    this.#records.set({ pathHash, age: 0, inode: facts.ino, size: facts.size, time, ids });
    if (this.#newest === undefined || time > this.#newest) this.#newest = time;
  }

  /**
   * The file for the next run, in pieces, which are views. Leaves out what was not seen for `ttl` runs, and of the files
   * seen in this run those as new as the newest one memorised: they may change again without their time changing.
   */
  *encode(ttl = DEFAULT_TTL): Generator<Uint8Array> {
    this.#encoded = 0;
    yield* this.#records.runs((bytes, offset) => {
      const isKept = this.#isKept(readEntry(bytes, offset), ttl);
      if (isKept) this.#encoded++;
      return isKept;
    });
  }

  /** Which of a file's times counts. */
  get timeName(): "ctime" | "mtime" {
    return this.#mode.time === "mtime" ? "mtime" : "ctime";
  }

  #load(file: Uint8Array): void {
    const entries = { bytes: file, view: new DataView(file.buffer, file.byteOffset, file.length) };
    let start = 0;
    for (let at = 0; at < file.length;) {
      const length = entryLength(entries, at);
      if (length > 0 && file[at + AGE]! < SHORT_AGE) {
        file[at + AGE]!++;
        at += length;
        continue;
      }
      this.#records.adopt(file.subarray(start, at));
      start = at = this.#takeUnusual(file, at);
    }
    this.#records.adopt(file.subarray(start));
  }

  /** Takes an entry that cannot stay as it is. Gives where the next one begins. */
  #takeUnusual(file: Uint8Array, at: number): number {
    const reader = new Reader(file, at);
    const record = readRecord(reader);
    this.#records.set({ ...record, age: record.age + 1 });
    return reader.offset;
  }

  #isKept({ age, time }: FileEntry, ttl: number): boolean {
    return age === 0 ? this.#newest === undefined || time < this.#newest : age < ttl;
  }

  #timeOf(facts: FileFacts): bigint {
    return clampFileTime(facts[this.timeName]);
  }
}

/** Whether they are the same number, however they are held. */
function same(a: number | bigint, b: number | bigint): boolean {
  return a === b || (typeof a !== typeof b && BigInt(a) === BigInt(b));
}

function expectLength(reader: Reader, length: number): void {
  const found = reader.readArrayHeader();
  if (found !== length) throw new MsgpackError(`an array of ${found} values instead of ${length}`);
}

function readId(reader: Reader): Uint8Array {
  const id = reader.readRaw();
  if (id.length !== 32) throw new MsgpackError(`an id of ${id.length} bytes`);
  return id;
}

/** A number as an entry can hold it. */
function readInt64(reader: Reader): bigint {
  const value = reader.readBigInt();
  if (value < -(1n << 63n) || value >= 1n << 64n) throw new MsgpackError(`an integer beyond 64 bits: ${value}`);
  return value;
}

/** `[path_hash, [age, inode, size, cmtime, [chunk ids]]]`, in whatever form. */
function readRecord(reader: Reader): NewEntry {
  expectLength(reader, 2);
  const pathHash = readId(reader);
  expectLength(reader, 5);
  const age = reader.readNumber();
  const [inode, size, time] = [readInt64(reader), readInt64(reader), readInt64(reader)];
  const count = reader.readArrayHeader();
  if (32 * count > reader.remaining) throw new MsgpackError("more chunk ids than there can be");
  const ids = new Uint8Array(32 * count);
  for (let at = 0; at < ids.length; at += 32) ids.set(readId(reader), at);
  return { pathHash, age, inode, size, time, ids };
}
