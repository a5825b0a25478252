import { pathArgument, secondPathArgument } from "./c_string.ts";
import { constants } from "./constants.ts";
import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({
  readlinkat: { args: ["i32", "buffer", "buffer", "u64"], returns: "i32" },
  symlink: { args: ["buffer", "buffer"], returns: "i32" },
  linkat: { args: ["i32", "buffer", "i32", "buffer", "i32"], returns: "i32" },
});

/** Longer than any target that the systems allow (4095 bytes on Linux, 1023 elsewhere). */
const target = new Uint8Array(new ArrayBuffer(65536));

/** The text of a symbolic link. */
export function readlink(path: string): string {
  return readlinkAt(constants.AT_FDCWD, path);
}

/** The same for a name in an open directory. */
export function readlinkAt(directory: number, name: string): string {
  const length = libc.readlinkat(directory, pathArgument(name), target, target.length);
  if (length < 0) throw lastError("readlink", name);
  return decodeText(target, 0, length);
}

/** Makes `path` a symbolic link that says `text`. */
export function symlink(text: string, path: string): void {
  if (libc.symlink(pathArgument(text), secondPathArgument(path)) < 0) throw lastError("symlink", path);
}

/** Makes `path` another name of `existing`; of the link itself when that is a symbolic link. */
export function link(existing: string, path: string): void {
  const { AT_FDCWD } = constants;
  if (libc.linkat(AT_FDCWD, pathArgument(existing), AT_FDCWD, secondPathArgument(path), 0) < 0) {
    throw lastError("link", path);
  }
}
