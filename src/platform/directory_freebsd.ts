import { Buffer } from "node:buffer";
import type { DirectoryEntry, Listing } from "./directory.ts";
import { entryType } from "./file_type.ts";
import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";
import { lastError } from "./system_error.ts";

/** Not run here: getdirentries(2) with the `struct dirent` of FreeBSD 12 and later. */
export function createFreebsdListing(): Listing {
  const libc = openLibc({ getdirentries: { args: ["i32", "buffer", "u64", "buffer"], returns: "i32" } });
  const records = Buffer.from(new ArrayBuffer(131072));
  const view = new DataView(records.buffer);
  return (descriptor) => {
    const entries: DirectoryEntry[] = [];
    for (;;) {
      const length = libc.getdirentries(descriptor, records, records.length, null);
      if (length < 0) throw lastError("getdirentries");
      if (length === 0) return entries;
      decode(records, view, length, entries);
    }
  };
}

/** Records: u64 inode, u64 position, u16 record length, u8 type, pad, u16 name length, pad, name. Inode 0 is no entry. */
function decode(records: Buffer, view: DataView, length: number, entries: DirectoryEntry[]): void {
  let offset = 0;
  while (offset < length) {
    const ino = view.getBigUint64(offset, true);
    const name = decodeText(records, offset + 24, offset + 24 + view.getUint16(offset + 20, true));
    if (ino !== 0n && name !== "." && name !== "..") {
      entries.push({ name, ino, type: entryType(records[offset + 18]!) });
    }
    offset += view.getUint16(offset + 16, true);
  }
}
