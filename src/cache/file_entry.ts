import { wide } from "../platform/wide.ts";

/**
 * An entry of the files cache as it lies in the file (format reference 9.3), in the form that all programs write:
 *
 *     92 da0020 hash[32]  95 age inode size time  n x da0020 id[32]
 *
 * with the count n before the ids, and integers in 1 to 9 bytes.
 */
export const HASH = 4;
export const AGE = 37;

/** Takes the place of the first byte of an entry that counts no more: no message begins with it. */
export const REPLACED = 0xc1;

/** The greatest age that takes a single byte. */
export const SHORT_AGE = 0x7f;

/** Bytes of one id with what is before it. */
const ID_WIDTH = 35;

/** What an entry holds. */
export interface FileEntry {
  /** In how many runs in a row the file was not seen. */
  readonly age: number;
  readonly inode: number | bigint;
  readonly size: number | bigint;
  readonly time: bigint;
  readonly idCount: number;
  /** Where the first id's own bytes begin. */
  readonly idsAt: number;
}

/** Bytes as entries are read from them. */
export interface EntryBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** The length of the entry that begins at `at`, replaced or not; 0 if it is not whole, or not of that form. */
export function entryLength({ bytes, view }: EntryBytes, at: number): number {
  const isEntry = bytes[at] === 0x92 || bytes[at] === REPLACED;
  if (!isEntry || !isId(bytes, at + 1) || bytes[at + 36] !== 0x95) return 0;
  const counts = countsAt(bytes, at);
  const head = counts === 0 ? 0 : countWidth(bytes[counts]);
  if (head === 0 || counts + head > bytes.length) return 0;
  const count = countAt(view, counts);
  const ids = counts + head;
  if (ids + ID_WIDTH * count > bytes.length) return 0;
  for (let i = 0; i < count; i++) if (!isId(bytes, ids + ID_WIDTH * i)) return 0;
  return ids + ID_WIDTH * count - at;
}

/** What the entry holds that begins at `at`, which is of that form. */
export function readEntry({ bytes, view }: EntryBytes, at: number): FileEntry {
  const inodeAt = at + AGE + integerWidth(bytes[at + AGE]);
  const sizeAt = inodeAt + integerWidth(bytes[inodeAt]);
  const timeAt = sizeAt + integerWidth(bytes[sizeAt]);
  const counts = timeAt + integerWidth(bytes[timeAt]);
  return {
    age: Number(integerAt(view, at + AGE)),
    inode: integerAt(view, inodeAt),
    size: integerAt(view, sizeAt),
    time: BigInt(integerAt(view, timeAt)),
    idCount: countAt(view, counts),
    idsAt: counts + countWidth(bytes[counts]) + 3,
  };
}

/** Where the count of ids is; 0 when there are no four integers before it. */
function countsAt(bytes: Uint8Array, at: number): number {
  let end = at + AGE;
  for (let i = 0; i < 4; i++) {
    const width = integerWidth(bytes[end]);
    if (width === 0) return 0;
    end += width;
  }
  return end;
}

/** An entry that is to be written; `ids`: one after the other. */
export interface NewEntry extends Omit<FileEntry, "idCount" | "idsAt" | "time"> {
  readonly pathHash: Uint8Array;
  readonly time: number | bigint;
  readonly ids: Uint8Array;
}

/** The most bytes that an entry with so many bytes of ids takes. */
export function mostBytes(ids: number): number {
  return AGE + 4 * 9 + 5 + ids / 32 * ID_WIDTH;
}

/** Writes an entry at `at`. Gives where it ends. */
export function writeEntry({ bytes, view }: EntryBytes, at: number, entry: NewEntry): number {
  const { pathHash, ids } = entry;
  bytes[at] = 0x92;
  writeId(bytes, at + 1, pathHash, 0);
  bytes[at + 36] = 0x95;
  let end = writeInteger(view, at + AGE, entry.age);
  end = writeInteger(view, end, entry.inode);
  end = writeInteger(view, end, entry.size);
  end = writeInteger(view, end, entry.time);
  end = writeCount(view, end, ids.length / 32);
  for (let from = 0; from < ids.length; from += 32, end += ID_WIDTH) writeId(bytes, end, ids, from);
  return end;
}

function writeId(bytes: Uint8Array, at: number, ids: Uint8Array, from: number): void {
  bytes[at] = 0xda;
  bytes[at + 1] = 0;
  bytes[at + 2] = 32;
  for (let i = 0; i < 32; i++) bytes[at + 3 + i] = ids[from + i]!;
}

/** An integer of up to 64 bits in the shortest form, a negative one in 9 bytes. Gives where it ends. */
function writeInteger(view: DataView, at: number, value: number | bigint): number {
  const number = Number(value);
  if (number < 0) return writeWide(view, at, 0xd3, value);
  if (number < 0x80) {
    view.setUint8(at, number);
    return at + 1;
  }
  if (number < 0x100) {
    view.setUint16(at, 0xcc00 + number);
    return at + 2;
  }
  if (number < 0x10000) {
    view.setUint8(at, 0xcd);
    view.setUint16(at + 1, number);
    return at + 3;
  }
  if (number >= 0x100000000) return writeWide(view, at, 0xcf, value);
  view.setUint8(at, 0xce);
  view.setUint32(at + 1, number);
  return at + 5;
}

function writeWide(view: DataView, at: number, head: number, value: number | bigint): number {
  view.setUint8(at, head);
  view.setBigInt64(at + 1, BigInt(value));
  return at + 9;
}

function writeCount(view: DataView, at: number, count: number): number {
  if (count < 16) {
    view.setUint8(at, 0x90 + count);
    return at + 1;
  }
  view.setUint8(at, count < 0x10000 ? 0xdc : 0xdd);
  if (count < 0x10000) view.setUint16(at + 1, count);
  else view.setUint32(at + 1, count);
  return at + (count < 0x10000 ? 3 : 5);
}

/** The ids of an entry, one after the other, in an array of their own. */
export function idsOf(bytes: Uint8Array, { idCount, idsAt }: FileEntry): Uint8Array {
  if (idCount === 1) return bytes.slice(idsAt, idsAt + 32);
  const ids = new Uint8Array(32 * idCount);
  for (let i = 0; i < idCount; i++) {
    const from = idsAt + ID_WIDTH * i;
    ids.set(bytes.subarray(from, from + 32), 32 * i);
  }
  return ids;
}

/** Whether the head of a raw of 32 bytes is there. */
function isId(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xda && bytes[at + 1] === 0 && bytes[at + 2] === 32;
}

/** With the byte for the type; 0: no integer. */
function integerWidth(head: number | undefined): number {
  if (head === undefined) return 0;
  if (head < 0x80 || head >= 0xe0) return 1;
  if (head >= 0xcc && head <= 0xcf) return 1 + (1 << (head - 0xcc));
  return head >= 0xd0 && head <= 0xd3 ? 1 + (1 << (head - 0xd0)) : 0;
}

function integerAt(view: DataView, at: number): number | bigint {
  const head = view.getUint8(at);
  switch (head) {
    case 0xcc:
      return view.getUint8(at + 1);
    case 0xcd:
      return view.getUint16(at + 1);
    case 0xce:
      return view.getUint32(at + 1);
    case 0xcf:
      return wide(view.getUint32(at + 5), view.getUint32(at + 1));
    case 0xd0:
      return view.getInt8(at + 1);
    case 0xd1:
      return view.getInt16(at + 1);
    case 0xd2:
      return view.getInt32(at + 1);
    case 0xd3:
      return safest(view.getBigInt64(at + 1));
  }
  return head < 0x80 ? head : head - 0x100;
}

function safest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The head of an array; 0: no array. */
function countWidth(head: number | undefined): number {
  if (head === undefined) return 0;
  return head >= 0x90 && head < 0xa0 ? 1 : head === 0xdc ? 3 : head === 0xdd ? 5 : 0;
}

function countAt(view: DataView, at: number): number {
  const head = view.getUint8(at);
  return head === 0xdc ? view.getUint16(at + 1) : head === 0xdd ? view.getUint32(at + 1) : head & 0x0f;
}
