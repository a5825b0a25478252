import { MsgpackError, Packer, Reader } from "../encoding/msgpack.ts";
import { clampFileTime } from "../archive/timestamps.ts";
import type { FilesCacheMode } from "./files_cache_mode.ts";
import { type FileRecord, RecordTable } from "./record_table.ts";

/** Of a file's status, what the files cache goes by. */
export interface FileFacts {
  readonly ino: bigint;
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
  /** The ids of its chunks, one after the other, as a view that holds until the next change of the cache. */
  | { readonly state: "unchanged"; readonly ids: Uint8Array };

export const DEFAULT_TTL = 20;

const MISSING: Match = { state: "unknown", why: "missing" };
const RECHUNK: Match = { state: "unknown", why: "rechunk" };
const OTHER_SIZE: Match = { state: "changed", why: "size" };
const OTHER_INODE: Match = { state: "changed", why: "inode" };
const OTHER_TIME: Match = { state: "changed", why: "time" };

/**
 * Remembers by the id hash of their absolute paths which chunks files had when they were last backed up (format
 * reference 9.3), so that unchanged ones need not be read. Built for millions of files: the records lie in flat memory.
 */
export class FilesCache {
  readonly #records: RecordTable;
  readonly #mode: FilesCacheMode;
  /** The newest time that was memorised in this run. */
  #newest: bigint | undefined;
  #encoded = 0;

  private constructor(records: RecordTable, mode: FilesCacheMode) {
    this.#records = records;
    this.#mode = mode;
  }

  static empty(mode: FilesCacheMode): FilesCache {
    return new FilesCache(new RecordTable(), mode);
  }

  /** Reads the file of an earlier run; its entries have not been seen for one run more now. Throws MsgpackError. */
  static decode(file: Uint8Array, mode: FilesCacheMode): FilesCache {
    const records = new RecordTable();
    const reader = new Reader(file);
    while (reader.remaining > 0) {
      const record = readEntry(reader);
      records.set({ ...record, age: record.age + 1 });
    }
    return new FilesCache(records, mode);
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
    const record = this.#records.find(pathHash);
    if (record === undefined) return MISSING;
    if (mode.size && record.size !== BigInt(facts.size)) return OTHER_SIZE;
    if (mode.inode && record.inode !== facts.ino) return OTHER_INODE;
    if (mode.time !== undefined && record.time !== this.#timeOf(facts)) return OTHER_TIME;
    this.#records.touch(record.position, facts.ino);
    return { state: "unchanged", ids: record.ids };
  }

  /** Remembers a file that was read and did not change meanwhile. `ids`: those of its chunks, one after the other. */
  memorize(pathHash: Uint8Array, facts: FileFacts, ids: Uint8Array): void {
    if (this.#mode.disabled) return;
    const time = this.#timeOf(facts);
    this.#records.set({ pathHash, age: 0, inode: facts.ino, size: BigInt(facts.size), time, ids });
    if (this.#newest === undefined || time > this.#newest) this.#newest = time;
  }

  /**
   * The file for the next run, in pieces. Leaves out what was not seen for `ttl` runs, and of the files seen in this
   * run those as new as the newest one memorised: they may change again without their time changing.
   */
  *encode(ttl = DEFAULT_TTL): Generator<Uint8Array> {
    const packer = new Packer(2 * PIECE);
    this.#encoded = 0;
    for (const record of this.#records) {
      if (!this.#isKept(record, ttl)) continue;
      this.#encoded++;
      packEntry(packer, record);
      if (packer.length >= PIECE) yield packer.take();
    }
    yield packer.take();
  }

  #isKept({ age, time }: FileRecord, ttl: number): boolean {
    return age === 0 ? this.#newest === undefined || time < this.#newest : age < ttl;
  }

  /** Which of a file's times counts. */
  get timeName(): "ctime" | "mtime" {
    return this.#mode.time === "mtime" ? "mtime" : "ctime";
  }

  #timeOf(facts: FileFacts): bigint {
    return clampFileTime(facts[this.timeName]);
  }
}

const PIECE = 1 << 20;

function expectLength(reader: Reader, length: number): void {
  const found = reader.readArrayHeader();
  if (found !== length) throw new MsgpackError(`an array of ${found} values instead of ${length}`);
}

function readId(reader: Reader): Uint8Array {
  const id = reader.readRaw();
  if (id.length !== 32) throw new MsgpackError(`an id of ${id.length} bytes`);
  return id;
}

/** `[path_hash, [age, inode, size, cmtime, [chunk ids]]]` */
function readEntry(reader: Reader): FileRecord {
  expectLength(reader, 2);
  const pathHash = readId(reader);
  expectLength(reader, 5);
  const age = reader.readNumber();
  const inode = reader.readBigInt();
  const size = reader.readBigInt();
  const time = reader.readBigInt();
  const count = reader.readArrayHeader();
  if (32 * count > reader.remaining) throw new MsgpackError("more chunk ids than there can be");
  const ids = new Uint8Array(32 * count);
  for (let at = 0; at < ids.length; at += 32) ids.set(readId(reader), at);
  return { pathHash, age, inode, size, time, ids };
}

function packEntry(packer: Packer, { pathHash, age, inode, size, time, ids }: FileRecord): void {
  packer.arrayHeader(2);
  packer.raw(pathHash);
  packer.arrayHeader(5);
  packer.int(age);
  packer.int(inode);
  packer.int(size);
  packer.int(time);
  packer.arrayHeader(ids.length / 32);
  for (let at = 0; at < ids.length; at += 32) packer.raw(ids.subarray(at, at + 32));
}
