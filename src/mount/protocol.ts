import { forSystem } from "../platform/system.ts";

// The kernel's side of FUSE, protocol 7 (linux/fuse.h). All numbers are little-endian on the machines we build for.

/** The protocol that we speak; the kernel may be older or newer. */
export const MAJOR = 7;
export const MINOR = 31;

/** Requests that are answered; all others get ENOSYS. */
export const Opcode = {
  lookup: 1,
  forget: 2,
  getAttributes: 3,
  readLink: 5,
  open: 14,
  read: 15,
  statFs: 17,
  release: 18,
  getXattr: 22,
  listXattr: 23,
  init: 26,
  openDirectory: 27,
  readDirectory: 28,
  releaseDirectory: 29,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  readDirectoryPlus: 44,
} as const;

/** What a session can agree on at its start. */
export const Capability = {
  asyncRead: 1 << 0,
  readDirectoryPlus: 1 << 13,
  noOpen: 1 << 17,
  parallelDirectories: 1 << 18,
  maxPages: 1 << 22,
  cacheSymlinks: 1 << 23,
} as const;

/** How an opened file or directory is to be treated. */
export const OpenFlag = { keepCache: 1 << 1, cacheDirectory: 1 << 3 } as const;

export const ROOT_NODE = 1;

/** The most bytes of a name (FUSE_NAME_MAX). */
export const LONGEST_NAME = 1024;

/** `struct fuse_in_header`, and where its fields are. */
export const REQUEST_HEADER = 40;
/** `struct fuse_out_header`. */
export const REPLY_HEADER = 16;
/** What comes before the attributes in `struct fuse_entry_out`. */
export const ENTRY_HEAD = 40;
/** What comes before the name in `struct fuse_dirent`. */
export const DIRENT_HEAD = 24;
/** `struct fuse_attr`; macOS has two more fields (not run here). */
export const ATTRIBUTES = forSystem({ linux: () => 88, darwin: () => 104, freebsd: () => 88 });
/** Whether the attributes hold a birth time and BSD flags. */
export const HAS_BIRTH_TIME = forSystem({ linux: () => false, darwin: () => true, freebsd: () => false });
