import { pathArgument, secondPathArgument } from "./c_string.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({
  rename: { args: ["buffer", "buffer"], returns: "i32" },
  unlink: { args: ["buffer"], returns: "i32" },
  rmdir: { args: ["buffer"], returns: "i32" },
  mkdir: { args: ["buffer", "u32"], returns: "i32" },
});

/** Renames, replacing what is at `to`. */
export function rename(from: string, to: string): void {
  if (libc.rename(pathArgument(from), secondPathArgument(to)) < 0) throw lastError("rename", from);
}

/** Removes the name of anything but a directory. */
export function unlink(path: string): void {
  if (libc.unlink(pathArgument(path)) < 0) throw lastError("unlink", path);
}

/** Removes an empty directory. */
export function removeDirectory(path: string): void {
  if (libc.rmdir(pathArgument(path)) < 0) throw lastError("rmdir", path);
}

/** Makes one directory, with `mode` less the umask. */
export function makeDirectory(path: string, mode = 0o777): void {
  if (libc.mkdir(pathArgument(path), mode) < 0) throw lastError("mkdir", path);
}
