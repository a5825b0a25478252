import { pathArgument, secondPathArgument } from "./c_string.ts";
import { errno, errorNumber } from "./errno.ts";
import { openLibc } from "./libc.ts";
import { sizedAnswer } from "./sized_answer.ts";
import { lastError } from "./system_error.ts";
import type { XattrCalls, XattrNames } from "./xattrs.ts";
import { zeroSeparated } from "./zero_separated.ts";

/** Where the kernel keeps ACLs; archives store those as text, not as attributes. */
const ACL_PREFIX = "system.posix_acl_";
const ENOTSUP = errorNumber("ENOTSUP");
const ENODATA = errorNumber("ENODATA");
const NONE: XattrNames = Object.freeze({ names: Object.freeze([]), acls: false });

export function createLinuxXattrs(): XattrCalls {
  const libc = openLibc({
    flistxattr: { args: ["i32", "buffer", "u64"], returns: "i32" },
    llistxattr: { args: ["buffer", "buffer", "u64"], returns: "i32" },
    fgetxattr: { args: ["i32", "buffer", "buffer", "u64"], returns: "i32" },
    lgetxattr: { args: ["buffer", "buffer", "buffer", "u64"], returns: "i32" },
    fsetxattr: { args: ["i32", "buffer", "buffer", "u64", "i32"], returns: "i32" },
    lsetxattr: { args: ["buffer", "buffer", "buffer", "u64", "i32"], returns: "i32" },
  });
  const listBytes = (target: string | number) => {
    if (typeof target === "number") return sizedAnswer((buffer, size) => libc.flistxattr(target, buffer, size));
    const path = pathArgument(target);
    return sizedAnswer((buffer, size) => libc.llistxattr(path, buffer, size));
  };
  const getBytes = (target: string | number, name: Uint8Array) => {
    if (typeof target === "number") return sizedAnswer((buffer, size) => libc.fgetxattr(target, name, buffer, size));
    const path = pathArgument(target);
    return sizedAnswer((buffer, size) => libc.lgetxattr(path, name, buffer, size));
  };
  return {
    list: (target) => {
      const bytes = listBytes(target);
      if (bytes !== undefined) return bytes.length === 0 ? NONE : split(zeroSeparated(bytes));
      if (errno() === ENOTSUP) return NONE;
      throw lastError("listxattr", pathOf(target));
    },
    get: (target, name) => {
      const bytes = getBytes(target, secondPathArgument(name));
      if (bytes !== undefined) return bytes.slice();
      if (errno() === ENODATA || errno() === ENOTSUP) return undefined;
      throw lastError("getxattr", pathOf(target));
    },
    set: (target, name, value) => {
      const key = secondPathArgument(name);
      const data = value.length === 0 ? null : value;
      const result = typeof target === "number"
        ? libc.fsetxattr(target, key, data, value.length, 0)
        : libc.lsetxattr(pathArgument(target), key, data, value.length, 0);
      if (result < 0) throw lastError("setxattr", pathOf(target));
    },
  };
}

function split(names: string[]): XattrNames {
  const kept = names.filter((name) => name !== "" && !name.startsWith(ACL_PREFIX));
  return { names: kept, acls: names.some((name) => name.startsWith(ACL_PREFIX)) };
}

function pathOf(target: string | number): string | undefined {
  return typeof target === "string" ? target : undefined;
}
