import { DEFAULT_TTL } from "./files_cache.ts";

/** What the environment says of caches (format reference 14). */
export interface CacheSettings {
  /** BORG_FILES_CACHE_SUFFIX: for a files cache of its own beside those of other backups. */
  readonly filesSuffix: string | undefined;
  /** BORG_FILES_CACHE_TTL: in how many runs in a row a file may be missing before it is forgotten. */
  readonly filesTtl: number;
  /** BORG_USE_CHUNKS_ARCHIVE: whether the reference counts of single archives are kept. */
  readonly useArchiveIndexes: boolean;
}

/** Throws RangeError when a variable is not what it must be. */
export function readCacheSettings(environment: Readonly<Record<string, string | undefined>>): CacheSettings {
  const { BORG_FILES_CACHE_SUFFIX: suffix, BORG_FILES_CACHE_TTL: ttl, BORG_USE_CHUNKS_ARCHIVE: keep } = environment;
  if (ttl !== undefined && !/^\s*[+-]?\d+\s*$/.test(ttl)) {
    throw new RangeError(`BORG_FILES_CACHE_TTL is not a number: ${ttl}`);
  }
  return {
    filesSuffix: suffix === "" ? undefined : suffix,
    filesTtl: ttl === undefined ? DEFAULT_TTL : Number(ttl),
    useArchiveIndexes: keep === undefined || !["no", "n", "false", "0"].includes(keep.toLowerCase()),
  };
}
