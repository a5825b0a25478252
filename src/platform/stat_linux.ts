import process from "node:process";
import { constants } from "./constants.ts";
import { S_IFDIR, S_IFIFO, S_IFMT, S_IFREG } from "./file_type.ts";
import { flagsOfInode } from "./inode_flags_linux.ts";
import { openLibc } from "./libc.ts";
import type { Stat, StatCalls } from "./stat.ts";
import { readTimespec } from "./timespec.ts";

const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
// The attribute bits for immutable, append-only and nodump equal those of the inode flags.
const ATTRIBUTES_OF_INTEREST = 0x70;
const EMPTY = new Uint8Array(1);

/**
 * statx(2) by its system call number: older C libraries have no function for it, and its result has one layout on all
 * machines, given here as the offsets in `decode`.
 */
export function createLinuxStat(): StatCalls {
  const number = process.arch === "arm64" ? 291 : 332;
  const libc = openLibc({
    statx: { symbol: "syscall", args: ["i64", "i32", "buffer", "i32", "u32", "buffer"], returns: "i32" },
  });
  const answer = new Uint8Array(new ArrayBuffer(256));
  const view = new DataView(answer.buffer);
  const call = (directory: number, path: Uint8Array, flags: number) =>
    libc.statx(number, directory, path, flags, STATX_BASIC_STATS, answer) < 0 ? undefined : decode(view);
  return {
    at: (directory, path, follow) => call(directory, path, follow ? 0 : constants.AT_SYMLINK_NOFOLLOW),
    of: (descriptor) => call(descriptor, EMPTY, AT_EMPTY_PATH),
  };
}

function decode(view: DataView): Stat {
  const mode = view.getUint16(28, true);
  const stat = {
    dev: deviceNumber(view.getUint32(136, true), view.getUint32(140, true)),
    ino: view.getBigUint64(32, true),
    mode,
    nlink: view.getUint32(16, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    rdev: deviceNumber(view.getUint32(128, true), view.getUint32(132, true)),
    size: view.getUint32(40, true) + view.getUint32(44, true) * 2 ** 32,
    atime: readTimespec(view, 64),
    mtime: readTimespec(view, 112),
    ctime: readTimespec(view, 96),
  };
  const known = (view.getUint32(56, true) & ATTRIBUTES_OF_INTEREST) === ATTRIBUTES_OF_INTEREST;
  return known && hasFlags(mode) ? { ...stat, flags: flagsOfInode(view.getUint32(8, true)) } : stat;
}

/** The types of which archives keep flags (format reference 4.7). */
function hasFlags(mode: number): boolean {
  const type = mode & S_IFMT;
  return type === S_IFREG || type === S_IFDIR || type === S_IFIFO;
}

/** Linux's 64-bit device number: 12 + 20 bits interleaved so that old 16-bit numbers stay what they were. */
function deviceNumber(major: number, minor: number): bigint {
  if (major < 0x1000 && minor < 0x100) return BigInt(major * 256 + minor);
  const high = (BigInt(major & ~0xfff) << 32n) | (BigInt(minor & ~0xff) << 12n);
  return BigInt.asUintN(64, high) | BigInt(((major & 0xfff) << 8) | (minor & 0xff));
}
