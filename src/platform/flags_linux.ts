import { errno, errorNumber } from "./errno.ts";
import { close, openRead } from "./file.ts";
import { S_IFDIR, S_IFIFO, S_IFMT, S_IFREG } from "./file_type.ts";
import type { FlagCalls } from "./flags.ts";
import { CHANGEABLE_INODE_FLAGS, flagsOfInode, inodeOfFlags } from "./inode_flags_linux.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";

const FS_IOC_GETFLAGS = 0x80086601;
const FS_IOC_SETFLAGS = 0x40086602;
/** What file systems without flags answer. */
const UNSUPPORTED = ["ENOTTY", "ENOTSUP", "ENOSYS", "EINVAL"].map(errorNumber);

/** ioctl(2) on an open file: flags have no call that takes a path. */
export function createLinuxFlags(): FlagCalls {
  const libc = openLibc({ ioctl: { args: ["i32", "u64", "buffer"], returns: "i32" } });
  const answer = new Uint32Array(new ArrayBuffer(8));
  const bytes = new Uint8Array(answer.buffer);
  const get = (descriptor: number): number | undefined => {
    if (libc.ioctl(descriptor, FS_IOC_GETFLAGS, bytes) >= 0) return answer[0]!;
    if (UNSUPPORTED.includes(errno())) return undefined;
    throw lastError("ioctl");
  };
  const set = (descriptor: number, flags: number) => {
    const old = get(descriptor);
    if (old === undefined) return;
    const wanted = (old & ~CHANGEABLE_INODE_FLAGS) | inodeOfFlags(flags);
    if (wanted === old) return;
    answer[0] = wanted;
    if (libc.ioctl(descriptor, FS_IOC_SETFLAGS, bytes) < 0) throw lastError("ioctl");
  };
  return {
    read: (target, { mode }) => {
      const type = mode & S_IFMT;
      if (type !== S_IFREG && type !== S_IFDIR && type !== S_IFIFO) return 0;
      return flagsOfInode(withDescriptor(target, get) ?? 0);
    },
    write: (target, flags) => withDescriptor(target, (descriptor) => set(descriptor, flags)),
  };
}

function withDescriptor<T>(target: string | number, use: (descriptor: number) => T): T {
  if (typeof target === "number") return use(target);
  const descriptor = openRead(target, { nonblock: true, nofollow: true, noatime: true });
  try {
    return use(descriptor);
  } finally {
    close(descriptor);
  }
}
