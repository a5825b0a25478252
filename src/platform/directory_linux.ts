import { Buffer } from "node:buffer";
import process from "node:process";
import type { DirectoryEntry, Listing } from "./directory.ts";
import { entryType } from "./file_type.ts";
import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";
import { lastError, type SystemError } from "./system_error.ts";
import { wide } from "./wide.ts";

const HEADER = 19;
const DOT = 0x2e;

/** getdents64(2) by its system call number: not every C library has a function for it. */
export function createLinuxListing(): Listing {
  const number = process.arch === "arm64" ? 61 : 217;
  const libc = openLibc({
    getdents64: { symbol: "syscall", args: ["i64", "i32", "buffer", "u64"], returns: "i32" },
  });
  const records = Buffer.from(new ArrayBuffer(131072));
  const view = new DataView(records.buffer);
  return (descriptor) => {
    const entries: DirectoryEntry[] = [];
    for (;;) {
      const length = libc.getdents64(number, descriptor, records, records.length);
      if (length < 0) return endOf(entries, lastError("getdents64"));
      if (length === 0) return entries;
      decode(records, view, length, entries);
    }
  };
}

/** ENOENT: the directory was removed meanwhile, which POSIX has readdir(3) take for its end. */
function endOf(entries: DirectoryEntry[], error: SystemError): DirectoryEntry[] {
  if (error.code === "ENOENT") return entries;
  throw error;
}

/** Records: u64 inode, u64 position, u16 record length, u8 type, name up to a NUL. */
function decode(records: Buffer, view: DataView, length: number, entries: DirectoryEntry[]): void {
  let offset = 0;
  while (offset < length) {
    const name = offset + HEADER;
    const end = records.indexOf(0, name);
    if (!isDots(records, name, end)) {
      entries.push({
        name: decodeText(records, name, end),
        ino: wide(view.getUint32(offset, true), view.getUint32(offset + 4, true)),
        type: entryType(records[offset + 18]!),
      });
    }
    offset += view.getUint16(offset + 16, true);
  }
}

function isDots(records: Buffer, start: number, end: number): boolean {
  if (records[start] !== DOT) return false;
  return end === start + 1 || (end === start + 2 && records[start + 1] === DOT);
}
