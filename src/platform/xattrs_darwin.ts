import { pathArgument, secondPathArgument } from "./c_string.ts";
import { errno, errorNumber } from "./errno.ts";
import { openLibc } from "./libc.ts";
import { sizedAnswer } from "./sized_answer.ts";
import { lastError } from "./system_error.ts";
import type { XattrCalls, XattrNames } from "./xattrs.ts";
import { zeroSeparated } from "./zero_separated.ts";

const XATTR_NOFOLLOW = 1;
const ENOTSUP = errorNumber("ENOTSUP");
const ENOATTR = errorNumber("ENOATTR");
const EPERM = errorNumber("EPERM");
const NONE: XattrNames = Object.freeze({ names: Object.freeze([]), acls: true });

/** Not run here: the calls have Linux's names, and two more arguments: a position (for resource forks) and options. */
export function createDarwinXattrs(): XattrCalls {
  const libc = openLibc({
    flistxattr: { args: ["i32", "buffer", "u64", "i32"], returns: "i32" },
    listxattr: { args: ["buffer", "buffer", "u64", "i32"], returns: "i32" },
    fgetxattr: { args: ["i32", "buffer", "buffer", "u64", "u32", "i32"], returns: "i32" },
    getxattr: { args: ["buffer", "buffer", "buffer", "u64", "u32", "i32"], returns: "i32" },
    fsetxattr: { args: ["i32", "buffer", "buffer", "u64", "u32", "i32"], returns: "i32" },
    setxattr: { args: ["buffer", "buffer", "buffer", "u64", "u32", "i32"], returns: "i32" },
  });
  return {
    list: (target) => {
      const bytes = sizedAnswer((buffer, size) =>
        typeof target === "number"
          ? libc.flistxattr(target, buffer, size, 0)
          : libc.listxattr(pathArgument(target), buffer, size, XATTR_NOFOLLOW)
      );
      if (bytes !== undefined) return { names: zeroSeparated(bytes), acls: true };
      if (errno() === ENOTSUP || errno() === EPERM) return NONE; // EPERM: the type of file cannot have any
      throw lastError("listxattr", pathOf(target));
    },
    get: (target, name) => {
      const key = secondPathArgument(name);
      const bytes = sizedAnswer((buffer, size) =>
        typeof target === "number"
          ? libc.fgetxattr(target, key, buffer, size, 0, 0)
          : libc.getxattr(pathArgument(target), key, buffer, size, 0, XATTR_NOFOLLOW)
      );
      if (bytes !== undefined) return bytes.slice();
      if (errno() === ENOATTR || errno() === ENOTSUP) return undefined;
      throw lastError("getxattr", pathOf(target));
    },
    set: (target, name, value) => {
      const key = secondPathArgument(name);
      const data = value.length === 0 ? null : value;
      const result = typeof target === "number"
        ? libc.fsetxattr(target, key, data, value.length, 0, 0)
        : libc.setxattr(pathArgument(target), key, data, value.length, 0, XATTR_NOFOLLOW);
      if (result < 0) throw lastError("setxattr", pathOf(target));
    },
  };
}

function pathOf(target: string | number): string | undefined {
  return typeof target === "string" ? target : undefined;
}
