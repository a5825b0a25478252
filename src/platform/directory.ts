import { createDarwinListing } from "./directory_darwin.ts";
import { createFreebsdListing } from "./directory_freebsd.ts";
import { createLinuxListing } from "./directory_linux.ts";
import { close, openRead, openReadAt } from "./file.ts";
import type { FileType } from "./file_type.ts";
import { seek } from "./seek.ts";
import { forSystem } from "./system.ts";

export interface DirectoryEntry {
  readonly name: string;
  /** A bigint only where a number would not be exact. */
  readonly ino: number | bigint;
  /** "unknown" where the file system does not tell. */
  readonly type: FileType;
}

/** Lists an open directory from its start, without `.` and `..`. */
export type Listing = (descriptor: number) => DirectoryEntry[];

const list: Listing = forSystem({
  linux: createLinuxListing,
  darwin: createDarwinListing,
  freebsd: createFreebsdListing,
});

export interface OpenDirectoryOptions {
  nofollow?: boolean;
  noatime?: boolean;
}

/** Opens a directory for listing, and for the `…At` functions. */
export function openDirectory(path: string, options: OpenDirectoryOptions = {}): number {
  return openRead(path, { ...options, directory: true });
}

/** The same for a name in an open directory. */
export function openDirectoryAt(directory: number, name: string, options: OpenDirectoryOptions = {}): number {
  return openReadAt(directory, name, { ...options, directory: true });
}

/** All entries of a directory, in the order of the file system. */
export function listDirectory(directory: string | number): DirectoryEntry[] {
  if (typeof directory === "number") {
    seek(directory, 0);
    return list(directory);
  }
  const descriptor = openDirectory(directory);
  try {
    return list(descriptor);
  } finally {
    close(descriptor);
  }
}
