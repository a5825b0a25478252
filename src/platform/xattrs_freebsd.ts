import { pathArgument, secondPathArgument } from "./c_string.ts";
import { errno, errorNumber } from "./errno.ts";
import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";
import { lastError, SystemError } from "./system_error.ts";
import type { XattrCalls, XattrNames } from "./xattrs.ts";

const USER_NAMESPACE = 1;
const USER_PREFIX = "user.";
const ENOATTR = errorNumber("ENOATTR");
const ENOTSUP = errorNumber("ENOTSUP");
const NONE: XattrNames = Object.freeze({ names: Object.freeze([]), acls: true });

/**
 * Not run here: extattr(2). Only the user namespace is read. A short buffer gets a cut answer without an error, so the
 * length is always asked for first.
 */
export function createFreebsdXattrs(): XattrCalls {
  const libc = openLibc({
    extattr_list_fd: { args: ["i32", "i32", "buffer", "u64"], returns: "i32" },
    extattr_list_link: { args: ["buffer", "i32", "buffer", "u64"], returns: "i32" },
    extattr_get_fd: { args: ["i32", "i32", "buffer", "buffer", "u64"], returns: "i32" },
    extattr_get_link: { args: ["buffer", "i32", "buffer", "buffer", "u64"], returns: "i32" },
    extattr_set_fd: { args: ["i32", "i32", "buffer", "buffer", "u64"], returns: "i32" },
    extattr_set_link: { args: ["buffer", "i32", "buffer", "buffer", "u64"], returns: "i32" },
  });
  return {
    list: (target) => {
      const bytes = wholeAnswer((buffer, size) =>
        typeof target === "number"
          ? libc.extattr_list_fd(target, USER_NAMESPACE, buffer, size)
          : libc.extattr_list_link(pathArgument(target), USER_NAMESPACE, buffer, size)
      );
      if (bytes !== undefined) return { names: lengthPrefixed(bytes).map((name) => USER_PREFIX + name), acls: true };
      if (errno() === ENOTSUP) return NONE;
      throw lastError("extattr_list", pathOf(target));
    },
    get: (target, name) => {
      const key = secondPathArgument(localName(name));
      const bytes = wholeAnswer((buffer, size) =>
        typeof target === "number"
          ? libc.extattr_get_fd(target, USER_NAMESPACE, key, buffer, size)
          : libc.extattr_get_link(pathArgument(target), USER_NAMESPACE, key, buffer, size)
      );
      if (bytes !== undefined || errno() === ENOATTR || errno() === ENOTSUP) return bytes;
      throw lastError("extattr_get", pathOf(target));
    },
    set: (target, name, value) => {
      const key = secondPathArgument(localName(name));
      const data = value.length === 0 ? null : value;
      const result = typeof target === "number"
        ? libc.extattr_set_fd(target, USER_NAMESPACE, key, data, value.length)
        : libc.extattr_set_link(pathArgument(target), USER_NAMESPACE, key, data, value.length);
      if (result < 0) throw lastError("extattr_set", pathOf(target));
    },
  };
}

/** The name within the user namespace; archives before 1.1.10 lack the prefix. Other namespaces: EINVAL. */
export function localName(name: string): string {
  if (name.startsWith(USER_PREFIX)) return name.slice(USER_PREFIX.length);
  if (!name.includes(".")) return name;
  throw SystemError.named("EINVAL", "extattr", name);
}

/** The names of a list in which each is preceded by its length in one byte. */
export function lengthPrefixed(bytes: Uint8Array): string[] {
  const names: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 1 + bytes[offset]!) {
    names.push(decodeText(bytes, offset + 1, offset + 1 + bytes[offset]!));
  }
  return names;
}

function wholeAnswer(call: (buffer: Uint8Array | null, size: number) => number): Uint8Array | undefined {
  for (;;) {
    const needed = call(null, 0);
    if (needed <= 0) return needed < 0 ? undefined : new Uint8Array(0);
    const buffer = new Uint8Array(new ArrayBuffer(needed + 1));
    const length = call(buffer, buffer.length);
    if (length <= needed) return length < 0 ? undefined : buffer.subarray(0, length);
  }
}

function pathOf(target: string | number): string | undefined {
  return typeof target === "string" ? target : undefined;
}
