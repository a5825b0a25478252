import { pathArgument } from "./c_string.ts";
import { constants } from "./constants.ts";
import { createDarwinStat } from "./stat_darwin.ts";
import { createFreebsdStat } from "./stat_freebsd.ts";
import { createLinuxStat } from "./stat_linux.ts";
import { errno, errorNumber } from "./errno.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

/** What the system knows of a file. Times are nanoseconds since 1970, exact. */
export interface Stat {
  readonly dev: number | bigint;
  /** A bigint only where a number would not be exact. */
  readonly ino: number | bigint;
  /** Type and permission bits. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Device number of a device node, in the system's own encoding. */
  readonly rdev: bigint;
  readonly size: number;
  readonly atime: bigint;
  readonly mtime: bigint;
  readonly ctime: bigint;
  /** Absent on Linux (format reference 4.5). */
  readonly birthtime?: bigint;
  /** File flags as archives store them (format reference 4.7); absent when the file system did not say: ask `readFlags`. */
  readonly flags?: number | undefined;
}

/** One system's stat calls. Both leave the answer in the caller's hands or return undefined with errno set. */
export interface StatCalls {
  at(directory: number, path: Uint8Array, follow: boolean): Stat | undefined;
  of(descriptor: number): Stat | undefined;
}

const ENOENT = errorNumber("ENOENT");

const calls: StatCalls = forSystem({
  linux: createLinuxStat,
  darwin: createDarwinStat,
  freebsd: createFreebsdStat,
});

/** The file itself, symbolic links included. */
export function lstat(path: string): Stat {
  return statAt(constants.AT_FDCWD, path);
}

/** The file itself, or undefined when there is nothing of that name: without the cost of an exception. */
export function lstatOrNothing(path: string): Stat | undefined {
  const found = calls.at(constants.AT_FDCWD, pathArgument(path), false);
  if (found === undefined && errno() !== ENOENT) throw lastError("stat", path);
  return found;
}

/** The file that the path leads to. */
export function stat(path: string): Stat {
  return statAt(constants.AT_FDCWD, path, true);
}

/** A file by its name in an open directory. */
export function statAt(directory: number, name: string, follow = false): Stat {
  const found = calls.at(directory, pathArgument(name), follow);
  if (found === undefined) throw lastError("stat", name);
  return found;
}

/** An open file. */
export function fstat(descriptor: number): Stat {
  const found = calls.of(descriptor);
  if (found === undefined) throw lastError("fstat");
  return found;
}
