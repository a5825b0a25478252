import { constants } from "./constants.ts";
import { openLibc } from "./libc.ts";
import type { Stat, StatCalls } from "./stat.ts";
import { readTimespec } from "./timespec.ts";

/** Not run here: `struct stat` of FreeBSD 12 and later, 224 bytes, equal on amd64 and arm64. */
export function createFreebsdStat(): StatCalls {
  const libc = openLibc({
    fstatat: { args: ["i32", "buffer", "buffer", "i32"], returns: "i32" },
    fstat: { args: ["i32", "buffer"], returns: "i32" },
  });
  const answer = new Uint8Array(new ArrayBuffer(224));
  const view = new DataView(answer.buffer);
  return {
    at: (directory, path, follow) =>
      libc.fstatat(directory, path, answer, follow ? 0 : constants.AT_SYMLINK_NOFOLLOW) < 0 ? undefined : decode(view),
    of: (descriptor) => libc.fstat(descriptor, answer) < 0 ? undefined : decode(view),
  };
}

function decode(view: DataView): Stat {
  return {
    dev: view.getBigUint64(0, true),
    ino: view.getBigUint64(8, true),
    nlink: Number(view.getBigUint64(16, true)),
    mode: view.getUint16(24, true),
    uid: view.getUint32(28, true),
    gid: view.getUint32(32, true),
    rdev: view.getBigUint64(40, true),
    atime: readTimespec(view, 48),
    mtime: readTimespec(view, 64),
    ctime: readTimespec(view, 80),
    birthtime: readTimespec(view, 96),
    size: Number(view.getBigInt64(112, true)),
    flags: view.getUint32(132, true),
  };
}
