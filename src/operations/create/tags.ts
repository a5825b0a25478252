import { close, openReadAt, read } from "../../platform/file.ts";
import { statAt } from "../../platform/stat.ts";
import { SystemError } from "../../platform/system_error.ts";

/** Which files in a directory keep it out of archives. */
export interface TagRules {
  /** A `CACHEDIR.TAG` that begins as the Cache Directory Tagging Specification says. */
  readonly caches: boolean;
  /** Any file of one of these names. */
  readonly names: readonly string[];
  /** Archive the directory itself and its tags all the same. */
  readonly keep: boolean;
}

export const CACHE_TAG = "CACHEDIR.TAG";
export const CACHE_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55";

/** The tags that an open directory has, by name. */
export function findTags({ caches, names }: TagRules, directory: number): string[] {
  const found = names.filter((name) => exists(directory, name));
  return caches && !found.includes(CACHE_TAG) && isCache(directory) ? [CACHE_TAG, ...found] : found;
}

function exists(directory: number, name: string): boolean {
  try {
    statAt(directory, name, true);
    return true;
  } catch (error) {
    if (error instanceof SystemError) return false; // A tag that cannot be looked at is none.
    throw error;
  }
}

function isCache(directory: number): boolean {
  try {
    const fd = openReadAt(directory, CACHE_TAG, { noatime: true, nonblock: true });
    try {
      const start = new Uint8Array(CACHE_SIGNATURE.length);
      const length = read(fd, start);
      return new TextDecoder("latin1").decode(start.subarray(0, length)) === CACHE_SIGNATURE;
    } finally {
      close(fd);
    }
  } catch (error) {
    if (error instanceof SystemError) return false; // A tag that cannot be read is none.
    throw error;
  }
}
