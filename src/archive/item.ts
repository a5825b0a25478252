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
}
