import type { Value } from "../encoding/msgpack.ts";

/** One reference to a stored chunk: its id, plaintext length and stored length in bytes. */
export interface ChunkEntry {
  readonly id: Uint8Array;
  readonly size: number;
  readonly csize: number;
}

/**
 * One file system object of an archive (format reference 4.5). Text fields are byte strings in the sense of
 * `src/encoding/path.ts`. Times are nanoseconds since 1970.
 */
export interface Item {
  path: string;
  mode: number;
  uid: number;
  gid: number;
  user: string | null;
  group: string | null;
  mtime: bigint;
  atime?: bigint;
  ctime?: bigint;
  birthtime?: bigint;
  chunks?: ChunkEntry[];
  chunksHealthy?: ChunkEntry[];
  size?: number;
  hardlinkMaster?: boolean;
  source?: string;
  rdev?: bigint;
  xattrs?: Map<string, Uint8Array>;
  bsdflags?: number;
  aclAccess?: Uint8Array;
  aclDefault?: Uint8Array;
  aclNfs4?: Uint8Array;
  aclExtended?: Uint8Array;
  part?: number;
  /** What other programs stored under keys that are not listed here; kept when the item is written again. */
  extra?: Map<string, Value>;
}

/** The keys of items that this program knows, sorted (format reference 4.1). */
export const ITEM_KEYS = [
  "acl_access",
  "acl_default",
  "acl_extended",
  "acl_nfs4",
  "atime",
  "birthtime",
  "bsdflags",
  "chunks",
  "chunks_healthy",
  "ctime",
  "gid",
  "group",
  "hardlink_master",
  "mode",
  "mtime",
  "part",
  "path",
  "rdev",
  "size",
  "source",
  "uid",
  "user",
  "xattrs",
] as const;

export type ItemKey = typeof ITEM_KEYS[number];
