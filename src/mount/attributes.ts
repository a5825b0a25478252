import type { Item } from "../archive/item.ts";
import { splitDevice } from "../platform/device_number.ts";
import { encodeText } from "../encoding/path.ts";
import { fileType, S_IFDIR } from "../platform/file_type.ts";
import { ownerOf, type OwnershipOptions } from "./ownership.ts";

/** What `stat` says of a file. Times are nanoseconds since 1970. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Device number in the 32 bits that FUSE has for it. */
  readonly device: number;
  readonly size: number;
  readonly mtime: bigint;
  readonly atime: bigint;
  readonly ctime: bigint;
  readonly birthtime: bigint;
}

export interface AttributeOptions extends OwnershipOptions {
  /** Permission bits that nothing has. */
  readonly umask: number;
}

/** The attributes of an item. What the archive does not say of times is what it says of the last change. */
export function attributesOf(item: Item, options: AttributeOptions): Attributes {
  const { mode, mtime, atime = mtime, ctime = mtime, birthtime = mtime } = item;
  const times = { mtime, atime, ctime, birthtime };
  return {
    mode: mode & ~options.umask,
    ...ownerOf(item, options),
    device: deviceOf(item),
    size: sizeOf(item),
    ...times,
  };
}

/** Symbolic links are as long as what they point to. */
function sizeOf({ mode, source = "", size, chunks = [] }: Item): number {
  if (fileType(mode) === "link") return encodeText(source).length;
  return size ?? chunks.reduce((sum, chunk) => sum + chunk.size, 0);
}

/** The attributes of a directory that is in no archive. */
export function directoryAttributes(owner: { uid: number; gid: number }, umask: number, time: bigint): Attributes {
  const times = { mtime: time, atime: time, ctime: time, birthtime: time };
  return { mode: (S_IFDIR | 0o755) & ~umask, ...owner, device: 0, size: 0, ...times };
}

/** Linux's encoding of a device in 32 bits: twelve bits for the major number, twenty for the minor one. */
function deviceOf({ rdev }: Item): number {
  if (rdev === undefined) return 0;
  const { major, minor } = splitDevice(rdev);
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}
