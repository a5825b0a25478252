import { pathArgument } from "./c_string.ts";
import { errno, errorNumber } from "./errno.ts";
import type { FlagCalls } from "./flags.ts";
import { openLibc } from "./libc.ts";
import { fstat, lstat } from "./stat.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

/**
 * UF_NODUMP, IMMUTABLE, APPEND, OPAQUE, NOUNLINK, HIDDEN and SF_ARCHIVED, IMMUTABLE, APPEND, NOUNLINK; UF_NOUNLINK is
 * FreeBSD's alone.
 */
const CHANGEABLE = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x8000 | 0x10000 | 0x20000 | 0x40000 | 0x100000;

/** Not run here: chflags(2) on macOS and FreeBSD, whose stat has the flags. */
export function createBsdFlags(): FlagCalls {
  const word = forSystem({ linux: () => "u64" as const, darwin: () => "u32" as const, freebsd: () => "u64" as const });
  const libc = openLibc({
    lchflags: { args: ["buffer", word], returns: "i32" },
    fchflags: { args: ["i32", word], returns: "i32" },
  });
  return {
    read: (target) => (typeof target === "number" ? fstat(target) : lstat(target)).flags ?? 0,
    write: (target, flags) => {
      const old = (typeof target === "number" ? fstat(target) : lstat(target)).flags ?? 0;
      const wanted = ((old & ~CHANGEABLE) | (flags & CHANGEABLE)) >>> 0;
      if (wanted === old) return;
      const result = typeof target === "number"
        ? libc.fchflags(target, wanted)
        : libc.lchflags(pathArgument(target), wanted);
      if (result < 0 && errno() !== errorNumber("ENOTSUP")) throw lastError("chflags");
    },
  };
}
