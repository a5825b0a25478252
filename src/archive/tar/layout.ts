/** Where a field of a header lies: first byte and length (ustar, and GNU's variant of it). */
export type Field = readonly [at: number, length: number];

export const BLOCK = 512;
/** Archives are padded to whole records. */
export const RECORD = 20 * BLOCK;

export const NAME: Field = [0, 100];
export const MODE: Field = [100, 8];
export const UID: Field = [108, 8];
export const GID: Field = [116, 8];
export const SIZE: Field = [124, 12];
export const MTIME: Field = [136, 12];
export const CHECKSUM: Field = [148, 8];
export const TYPE = 156;
export const LINK_NAME: Field = [157, 100];
export const MAGIC: Field = [257, 8];
export const USER_NAME: Field = [265, 32];
export const GROUP_NAME: Field = [297, 32];
export const DEVICE_MAJOR: Field = [329, 8];
export const DEVICE_MINOR: Field = [337, 8];
/** Before the name, in POSIX archives only. */
export const PREFIX: Field = [345, 155];

export const GNU_MAGIC = "ustar  \0";
export const POSIX_MAGIC = "ustar\0";

/** What a member is, by the letter in its header. */
export const TYPES = {
  file: "0",
  hardLink: "1",
  link: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
} as const;

export type MemberType = keyof typeof TYPES;

/** What a header says of one member. Names are byte strings in the sense of `src/encoding/path.ts`. */
export interface Member {
  readonly type: MemberType;
  readonly name: string;
  /** Permission bits without the type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Empty when not known. */
  readonly userName: string;
  readonly groupName: string;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Bytes of contents. */
  readonly size: number;
  /** What links point to; empty for others. */
  readonly linkName: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** Bytes that fill the last block of so many. */
export function paddingOf(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

/** The sum of a header's bytes with blanks in the place of the sum. `signed`: as some old programs counted. */
export function checksumOf(header: Uint8Array, signed = false): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) {
    const inField = i >= CHECKSUM[0] && i < CHECKSUM[0] + CHECKSUM[1];
    const byte = inField ? 0x20 : header[i]!;
    sum += signed && byte > 127 ? byte - 256 : byte;
  }
  return sum;
}
