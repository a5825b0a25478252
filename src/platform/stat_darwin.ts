import { constants } from "./constants.ts";
import { inode64 } from "./inode64_darwin.ts";
import { openLibc } from "./libc.ts";
import type { Stat, StatCalls } from "./stat.ts";
import { readTimespec } from "./timespec.ts";

/** Not run here: `struct stat` with 64-bit inodes of the macOS headers, 144 bytes, equal on x64 and arm64. */
export function createDarwinStat(): StatCalls {
  const libc = openLibc({
    fstatat: { symbol: inode64("fstatat"), args: ["i32", "buffer", "buffer", "i32"], returns: "i32" },
    fstat: { symbol: inode64("fstat"), args: ["i32", "buffer"], returns: "i32" },
  });
  const answer = new Uint8Array(new ArrayBuffer(144));
  const view = new DataView(answer.buffer);
  return {
    at: (directory, path, follow) =>
      libc.fstatat(directory, path, answer, follow ? 0 : constants.AT_SYMLINK_NOFOLLOW) < 0 ? undefined : decode(view),
    of: (descriptor) => libc.fstat(descriptor, answer) < 0 ? undefined : decode(view),
  };
}

function decode(view: DataView): Stat {
  return {
    dev: BigInt(view.getInt32(0, true)),
    mode: view.getUint16(4, true),
    nlink: view.getUint16(6, true),
    ino: view.getBigUint64(8, true),
    uid: view.getUint32(16, true),
    gid: view.getUint32(20, true),
    rdev: BigInt(view.getInt32(24, true)),
    atime: readTimespec(view, 32),
    mtime: readTimespec(view, 48),
    ctime: readTimespec(view, 64),
    birthtime: readTimespec(view, 80),
    size: Number(view.getBigInt64(96, true)),
    flags: view.getUint32(116, true),
  };
}
