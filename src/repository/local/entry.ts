import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { IntegrityError } from "../../errors.ts";
import { fromHex } from "../../encoding/bytes.ts";
import { ID_LENGTH, MAX_DATA_SIZE } from "../repository.ts";

/** The first bytes of every segment. */
export const SEGMENT_MAGIC: Uint8Array = Buffer.from("BORG_SEG", "latin1");
export const ATTIC_MAGIC: Uint8Array = Buffer.from("ATTICSEG", "latin1");

/** Entry tags (format reference 2.3). */
export const PUT = 0;
export const DELETE = 1;
export const COMMIT = 2;

/** crc, size, tag */
export const HEADER_LENGTH = 9;
/** A header and an id: all of a DELETE, and what a PUT adds to its data. */
export const HEAD_LENGTH = HEADER_LENGTH + ID_LENGTH;
export const MAX_ENTRY_SIZE = MAX_DATA_SIZE + HEAD_LENGTH;

export const COMMIT_ENTRY = fromHex("40f43c250900000002");
/** A segment that holds nothing but a commit. */
export const COMMIT_SEGMENT_LENGTH = SEGMENT_MAGIC.length + COMMIT_ENTRY.length;

/** An entry as it lies in a segment. The arrays are views that last until the next entry is read. */
export interface Entry {
  readonly tag: number;
  readonly offset: number;
  /** Length with header and id. */
  readonly size: number;
  /** Empty for a COMMIT. */
  readonly id: Uint8Array;
  readonly data: Uint8Array;
}

/** Writes header and id of an entry to `into` at `at`; the checksum covers `data` too. */
export function writeHead(into: Uint8Array, at: number, tag: number, id: Uint8Array, data?: Uint8Array): void {
  const size = HEAD_LENGTH + (data?.length ?? 0);
  putUint32(into, at + 4, size);
  into[at + 8] = tag;
  into.set(id, at + HEADER_LENGTH);
  const headSum = crc32(into.subarray(at + 4, at + HEAD_LENGTH));
  putUint32(into, at, data === undefined ? headSum : crc32(data, headSum));
}

/** What `header` says about the entry that it begins. The array must hold a whole header. */
export function parseHeader(header: Uint8Array): { crc: number; size: number; tag: number } {
  return { crc: getUint32(header, 0), size: getUint32(header, 4), tag: header[8]! };
}

/** Whether a whole entry has the checksum that its header states. */
export function checksumMatches(entry: Uint8Array): boolean {
  return crc32(entry.subarray(4)) === getUint32(entry, 0);
}

/** Whether an entry of this tag can have this size. */
export function sizeFits(tag: number, size: number): boolean {
  if (tag === PUT) return size >= HEAD_LENGTH && size <= MAX_ENTRY_SIZE;
  return tag === DELETE ? size === HEAD_LENGTH : tag === COMMIT && size === HEADER_LENGTH;
}

/** Something in a segment is not what the format demands. */
export class DamagedEntry extends IntegrityError {
  constructor(problem: string, readonly segment: number, readonly offset: number) {
    super(`${problem} [segment ${segment}, offset ${offset}]`);
  }

  /** What is wrong, and where. */
  get problem(): string {
    return String(this.data[0]);
  }
}

function putUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value;
  into[at + 1] = value >>> 8;
  into[at + 2] = value >>> 16;
  into[at + 3] = value >>> 24;
}

export function getUint32(from: Uint8Array, at: number): number {
  return (from[at]! | from[at + 1]! << 8 | from[at + 2]! << 16 | from[at + 3]! << 24) >>> 0;
}
