/** The type bits of a mode, equal on all systems. */
export const S_IFMT = 0o170000;
export const S_IFREG = 0o100000;
export const S_IFDIR = 0o040000;
export const S_IFLNK = 0o120000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFBLK = 0o060000;
export const S_IFSOCK = 0o140000;

/** What a mode or a directory entry says a file is. FreeBSD's whiteouts, Solaris doors and the like are "unknown". */
export type FileType = "file" | "directory" | "link" | "fifo" | "character" | "block" | "socket" | "unknown";

const TYPES: readonly FileType[] = Array.from({ length: 16 }, (_, bits) => typeOfBits(bits << 12));

/** The type in a mode. */
export function fileType(mode: number): FileType {
  return TYPES[(mode & S_IFMT) >> 12]!;
}

/** The type in `d_type` of a directory entry: the type bits of a mode, 12 places lower. */
export function entryType(type: number): FileType {
  return TYPES[type & 15]!;
}

function typeOfBits(bits: number): FileType {
  switch (bits) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "directory";
    case S_IFLNK:
      return "link";
    case S_IFIFO:
      return "fifo";
    case S_IFCHR:
      return "character";
    case S_IFBLK:
      return "block";
    case S_IFSOCK:
      return "socket";
    default:
      return "unknown";
  }
}
