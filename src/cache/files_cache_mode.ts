/** What of a file's status must be as it was for its content to count as unchanged (format reference 9.3). */
export interface FilesCacheMode {
  /** Which time is compared and remembered. */
  readonly time: "ctime" | "mtime" | undefined;
  readonly size: boolean;
  readonly inode: boolean;
  /** Read every file again, but remember what was found. */
  readonly rechunk: boolean;
  /** Neither ask nor remember. */
  readonly disabled: boolean;
}

const SPELLINGS = new Set([
  "ctime,inode,size",
  "inode,mtime,size",
  "ctime,size",
  "mtime,size",
  "size",
  "ctime,rechunk",
  "mtime,rechunk",
  "disabled",
]);

/** Reads `--files-cache`: one of the eight sets, in any order. Throws RangeError. */
export function parseFilesCacheMode(text: string): FilesCacheMode {
  const words = text.split(",").sort();
  if (!SPELLINGS.has(words.join(","))) throw new RangeError(`not a files cache mode: ${text}`);
  const has = (word: string) => words.includes(word);
  return {
    time: has("ctime") ? "ctime" : has("mtime") ? "mtime" : undefined,
    size: has("size"),
    inode: has("inode"),
    rechunk: has("rechunk"),
    disabled: has("disabled"),
  };
}

export const DEFAULT_FILES_CACHE_MODE: FilesCacheMode = {
  time: "ctime",
  size: true,
  inode: true,
  rechunk: false,
  disabled: false,
};

export const DISABLED_FILES_CACHE: FilesCacheMode = {
  time: undefined,
  size: false,
  inode: false,
  rechunk: false,
  disabled: true,
};
