import { pathArgument } from "./c_string.ts";
import { constants } from "./constants.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";
import { writeTimespec } from "./timespec.ts";

const libc = openLibc({
  utimensat: { args: ["i32", "buffer", "buffer", "i32"], returns: "i32" },
  futimens: { args: ["i32", "buffer"], returns: "i32" },
});

const times = new Uint8Array(new ArrayBuffer(32));
const view = new DataView(times.buffer);

/**
 * Sets access and modification time, in nanoseconds since 1970, of a path or an open file. On macOS and FreeBSD a
 * modification time before the birth time moves that too: restore a birth time by setting it as modification time first.
 */
export function setTimes(target: string | number, atime: bigint, mtime: bigint, { nofollow = false } = {}): void {
  writeTimespec(view, 0, atime);
  if (mtime === atime) times.copyWithin(16, 0, 16);
  else writeTimespec(view, 16, mtime);
  if (typeof target === "number") {
    if (libc.futimens(target, times) < 0) throw lastError("futimens");
    return;
  }
  const flags = nofollow ? constants.AT_SYMLINK_NOFOLLOW : 0;
  if (libc.utimensat(constants.AT_FDCWD, pathArgument(target), times, flags) < 0) throw lastError("utimensat", target);
}
