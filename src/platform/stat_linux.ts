import process from "node:process";
import { constants } from "./constants.ts";
import { S_IFDIR, S_IFIFO, S_IFMT, S_IFREG } from "./file_type.ts";
import { flagsOfInode } from "./inode_flags_linux.ts";
import { openLibc } from "./libc.ts";
import type { Stat, StatCalls } from "./stat.ts";
import { timeOf } from "./timespec.ts";
import { wide } from "./wide.ts";

const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
// The attribute bits for immutable, append-only and nodump equal those of the inode flags.
const ATTRIBUTES_OF_INTEREST = 0x70;
const EMPTY = new Uint8Array(1);

/** statx(2) by its system call number: older C libraries have no function for it. */
export function createLinuxStat(): StatCalls {
  const number = process.arch === "arm64" ? 291 : 332;
  const libc = openLibc({
    statx: { symbol: "syscall", args: ["i64", "i32", "buffer", "i32", "u32", "buffer"], returns: "i32" },
  });
  const answer = new Uint8Array(new ArrayBuffer(256));
  const words = new Uint32Array(answer.buffer);
  const call = (directory: number, path: Uint8Array, flags: number) =>
    libc.statx(number, directory, path, flags, STATX_BASIC_STATS, answer) < 0 ? undefined : new LinuxStat(words);
  return {
    at: (directory, path, follow) => call(directory, path, follow ? 0 : constants.AT_SYMLINK_NOFOLLOW),
    of: (descriptor) => call(descriptor, EMPTY, AT_EMPTY_PATH),
  };
}

/**
 * What statx answers, which has one layout on all machines. Bigints are made of it only when they are asked for: of most
 * answers, few are.
 */
class LinuxStat implements Stat {
  readonly dev: number | bigint;
  readonly ino: number | bigint;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly flags: number | undefined;
  private readonly atimeSeconds: number;
  private readonly atimeNanos: number;
  private readonly mtimeSeconds: number;
  private readonly mtimeNanos: number;
  private readonly ctimeSeconds: number;
  private readonly ctimeNanos: number;
  private readonly rdevMajor: number;
  private readonly rdevMinor: number;

  /** @param words the answer in 32-bit words, of which nothing is kept */
  constructor(words: Uint32Array) {
    this.nlink = words[4]!;
    this.uid = words[5]!;
    this.gid = words[6]!;
    this.mode = words[7]! & 0xffff;
    this.ino = wide(words[8]!, words[9]!);
    this.size = words[10]! + words[11]! * 2 ** 32;
    const known = (words[14]! & ATTRIBUTES_OF_INTEREST) === ATTRIBUTES_OF_INTEREST;
    this.flags = known && hasFlags(this.mode) ? flagsOfInode(words[2]!) : undefined;
    this.atimeSeconds = secondsAt(words, 16);
    this.atimeNanos = words[18]!;
    this.ctimeSeconds = secondsAt(words, 24);
    this.ctimeNanos = words[26]!;
    this.mtimeSeconds = secondsAt(words, 28);
    this.mtimeNanos = words[30]!;
    this.rdevMajor = words[32]!;
    this.rdevMinor = words[33]!;
    this.dev = deviceNumber(words[34]!, words[35]!);
  }

  get atime(): bigint {
    return timeOf(this.atimeSeconds, this.atimeNanos);
  }

  get mtime(): bigint {
    return timeOf(this.mtimeSeconds, this.mtimeNanos);
  }

  get ctime(): bigint {
    return timeOf(this.ctimeSeconds, this.ctimeNanos);
  }

  get rdev(): bigint {
    return BigInt(deviceNumber(this.rdevMajor, this.rdevMinor));
  }
}

/** Signed seconds: no clock of a file system goes beyond what a number holds exactly. */
function secondsAt(words: Uint32Array, index: number): number {
  return words[index]! + (words[index + 1]! | 0) * 2 ** 32;
}

/** The types of which archives keep flags (format reference 4.7). */
function hasFlags(mode: number): boolean {
  const type = mode & S_IFMT;
  return type === S_IFREG || type === S_IFDIR || type === S_IFIFO;
}

/** Linux's 64-bit device number: 12 + 20 bits interleaved so that old 16-bit numbers stay what they were. */
function deviceNumber(major: number, minor: number): number | bigint {
  if (major < 0x1000 && minor < 0x100) return major * 256 + minor;
  const high = (BigInt(major & ~0xfff) << 32n) | (BigInt(minor & ~0xff) << 12n);
  return BigInt.asUintN(64, high) | BigInt(((major & 0xfff) << 8) | (minor & 0xff));
}
