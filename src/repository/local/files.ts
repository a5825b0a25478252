import { PIECE_LENGTH } from "../../encoding/hash_index_file.ts";

export interface FileStatus {
  readonly size: number;
  readonly directory: boolean;
  /** Number of hard links. */
  readonly links: number;
}

/**
 * - `read`: an existing file, reading only
 * - `create`: a new file, which must not exist; reading and writing
 * - `replace`: a new file, or an existing one made empty; reading and writing
 * - `update`: an existing file; reading and writing
 */
export type OpenMode = "read" | "create" | "replace" | "update";

/**
 * All that the store and the locks ask of a file system. Paths are strings in the sense of `encoding/path.ts`. What fails
 * throws an error whose `code` is the name of the errno, as those of `node:fs` do.
 */
export interface FileLayer {
  open(path: string, mode: OpenMode): number;
  close(handle: number): void;
  /** Fills `into` with what is at `position`, and returns how much that is: less than asked only at the end of the file. */
  read(handle: number, into: Uint8Array, position: number): number;
  /** Writes all the parts, one after the other, from `position`. */
  write(handle: number, parts: readonly Uint8Array[], position: number): void;
  /** When it returns, the file's content survives a power cut; its name does only after `syncDirectory`. */
  sync(handle: number): void;
  /** Shortens the file to nothing. */
  empty(path: string): void;
  /** When it returns, the directory's list of names survives a power cut. */
  syncDirectory(path: string): void;
  /** Undefined when there is nothing at `path`. Follows symbolic links. */
  status(path: string): FileStatus | undefined;
  /** The names in a directory, in no order. */
  list(path: string): string[];
  makeDirectory(path: string): void;
  /** Also makes the parents that are missing. */
  makeDirectories(path: string): void;
  removeDirectory(path: string): void;
  /** Removes a directory with all that is in it. */
  removeTree(path: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  unlink(path: string): void;
  /** Bytes that an ordinary user may still write to the file system that holds `path`. */
  freeSpace(path: string): number;
}

/** Whether `error` is a failed system call with one of these errnos. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** The content of a file, some MB at a time. Each part is good until the next one. */
export function* readParts(files: FileLayer, path: string): Generator<Uint8Array> {
  const handle = files.open(path, "read");
  try {
    const piece = new Uint8Array(Math.min(PIECE_LENGTH, files.status(path)?.size ?? 0));
    for (let position = 0, got = -1; got !== 0; position += got) {
      got = files.read(handle, piece, position);
      if (got > 0) yield piece.subarray(0, got);
    }
  } finally {
    files.close(handle);
  }
}

/** The whole content of a file. */
export function readWhole(files: FileLayer, path: string): Uint8Array {
  const handle = files.open(path, "read");
  try {
    const content = new Uint8Array(files.status(path)?.size ?? 0);
    const length = files.read(handle, content, 0);
    return content.subarray(0, length);
  } finally {
    files.close(handle);
  }
}
