import type { DirectoryEntry, Listing } from "./directory.ts";
import { errno, setErrno } from "./errno.ts";
import { foreignBuffer } from "./ffi.ts";
import { entryType } from "./file_type.ts";
import { inode64 } from "./inode64_darwin.ts";
import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";
import { lastError } from "./system_error.ts";

/**
 * Not run here: readdir(3) on a duplicate of the descriptor, which closedir closes. The duplicate shares the position, so
 * that the caller's rewinding holds.
 */
export function createDarwinListing(): Listing {
  const libc = openLibc({
    dup: { args: ["i32"], returns: "i32" },
    fdopendir: { symbol: inode64("fdopendir"), args: ["i32"], returns: "u64" },
    readdir: { symbol: inode64("readdir"), args: ["u64"], returns: "u64" },
    closedir: { args: ["u64"], returns: "i32" },
  });
  return (descriptor) => {
    const copy = libc.dup(descriptor);
    if (copy < 0) throw lastError("dup");
    const stream = libc.fdopendir(copy);
    if (stream === 0n) throw lastError("fdopendir");
    try {
      return readEntries(() => libc.readdir(stream));
    } finally {
      libc.closedir(stream);
    }
  };
}

/** readdir answers null at the end and on failure: only errno tells them apart. */
function readEntries(next: () => bigint): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  for (;;) {
    setErrno(0);
    const address = next();
    if (address === 0n) {
      if (errno() !== 0) throw lastError("readdir");
      return entries;
    }
    const entry = decode(address);
    if (entry.name !== "." && entry.name !== "..") entries.push(entry);
  }
}

/** Layout: u64 inode, u64 position, u16 record length, u16 name length, u8 type, name. */
function decode(address: bigint): DirectoryEntry {
  const head = new DataView(foreignBuffer(address, 21));
  const name = new Uint8Array(foreignBuffer(address + 21n, head.getUint16(18, true)));
  return { name: decodeText(name), ino: head.getBigUint64(0, true), type: entryType(head.getUint8(20)) };
}
