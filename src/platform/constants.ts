import process from "node:process";
import { forSystem } from "./system.ts";

/** Numbers of the C headers that differ between systems. */
export interface Constants {
  readonly O_NONBLOCK: number;
  readonly O_NOCTTY: number;
  readonly O_CREAT: number;
  readonly O_EXCL: number;
  readonly O_TRUNC: number;
  readonly O_DIRECTORY: number;
  readonly O_NOFOLLOW: number;
  readonly O_CLOEXEC: number;
  /** 0 where the system has no such thing. */
  readonly O_NOATIME: number;
  readonly AT_FDCWD: number;
  readonly AT_SYMLINK_NOFOLLOW: number;
  readonly SEEK_DATA: number;
  readonly SEEK_HOLE: number;
}

export const O_RDONLY = 0;
export const O_RDWR = 2;

export const constants: Constants = forSystem({ linux, darwin, freebsd });

function linux(): Constants {
  const arm = process.arch === "arm64";
  return {
    O_NONBLOCK: 0x800,
    O_NOCTTY: 0x100,
    O_CREAT: 0x40,
    O_EXCL: 0x80,
    O_TRUNC: 0x200,
    O_DIRECTORY: arm ? 0x4000 : 0x10000,
    O_NOFOLLOW: arm ? 0x8000 : 0x20000,
    O_CLOEXEC: 0x80000,
    O_NOATIME: 0x40000,
    AT_FDCWD: -100,
    AT_SYMLINK_NOFOLLOW: 0x100,
    SEEK_DATA: 3,
    SEEK_HOLE: 4,
  };
}

// Not run here: values of the macOS 14 headers.
function darwin(): Constants {
  return {
    O_NONBLOCK: 0x4,
    O_NOCTTY: 0x20000,
    O_CREAT: 0x200,
    O_EXCL: 0x800,
    O_TRUNC: 0x400,
    O_DIRECTORY: 0x100000,
    O_NOFOLLOW: 0x100,
    O_CLOEXEC: 0x1000000,
    O_NOATIME: 0,
    AT_FDCWD: -2,
    AT_SYMLINK_NOFOLLOW: 0x20,
    SEEK_DATA: 4,
    SEEK_HOLE: 3,
  };
}

// Not run here: values of the FreeBSD 14 headers.
function freebsd(): Constants {
  return {
    O_NONBLOCK: 0x4,
    O_NOCTTY: 0x8000,
    O_CREAT: 0x200,
    O_EXCL: 0x800,
    O_TRUNC: 0x400,
    O_DIRECTORY: 0x20000,
    O_NOFOLLOW: 0x100,
    O_CLOEXEC: 0x100000,
    O_NOATIME: 0,
    AT_FDCWD: -100,
    AT_SYMLINK_NOFOLLOW: 0x200,
    SEEK_DATA: 3,
    SEEK_HOLE: 4,
  };
}
