import { pathArgument } from "./c_string.ts";
import { constants, O_RDONLY } from "./constants.ts";
import { errno, errorNumber } from "./errno.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({
  open: { args: ["buffer", "i32"], returns: "i32" },
  openat: { args: ["i32", "buffer", "i32"], returns: "i32" },
  read: { args: ["i32", "buffer", "u64"], returns: "i32" },
  pread: { args: ["i32", "buffer", "u64", "i64"], returns: "i32" },
  write: { args: ["i32", "buffer", "u64"], returns: "i32" },
  pwrite: { args: ["i32", "buffer", "u64", "i64"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
  ftruncate: { args: ["i32", "i64"], returns: "i32" },
  fsync: { args: ["i32"], returns: "i32" },
});

const EINTR = errorNumber("EINTR");
/** Only its owner may leave a file's access time alone. Some network file systems call that a read-only file system, for
 * which BorgBackup wants to be told of the workaround `retry_erofs`. */
const REFUSALS = new Set([errorNumber("EPERM"), errorNumber("EROFS")]);

/** One call moves at most this much, so that its result fits into 31 bits. */
const MOST = 0x40000000;

export interface OpenOptions {
  /** Do not change the file's access time where that is allowed. */
  noatime?: boolean;
  /** Fail with ELOOP when the last component is a symbolic link. */
  nofollow?: boolean;
  /** Fail with ENOTDIR when it is no directory. */
  directory?: boolean;
  /** Do not wait for the other end of a fifo or for a device. */
  nonblock?: boolean;
}

/** Opens for reading, never as controlling terminal, closed in child processes. */
export function openRead(path: string, options: OpenOptions = {}): number {
  return openReadAt(constants.AT_FDCWD, path, options);
}

/** The same for a name in an open directory. */
export function openReadAt(directory: number, name: string, options: OpenOptions = {}): number {
  const flags = openFlags(options);
  const path = pathArgument(name);
  let descriptor = openRetrying(directory, path, flags);
  if (descriptor < 0 && (flags & constants.O_NOATIME) !== 0 && REFUSALS.has(errno())) {
    descriptor = openRetrying(directory, path, flags & ~constants.O_NOATIME);
  }
  if (descriptor < 0) throw lastError("open", name);
  return descriptor;
}

/** Reads from the current position into all of `buffer`, or what there is; 0 at the end. */
export function read(descriptor: number, buffer: Uint8Array): number {
  for (;;) {
    const count = libc.read(descriptor, buffer, Math.min(buffer.length, MOST));
    if (count >= 0) return count;
    if (errno() !== EINTR) throw lastError("read");
  }
}

/** Reads at `offset` and leaves the position alone. */
export function pread(descriptor: number, buffer: Uint8Array, offset: number): number {
  for (;;) {
    const count = libc.pread(descriptor, buffer, Math.min(buffer.length, MOST), offset);
    if (count >= 0) return count;
    if (errno() !== EINTR) throw lastError("pread");
  }
}

/** Writes at the current position; may write less than all. */
export function write(descriptor: number, bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  for (;;) {
    const count = libc.write(descriptor, bytes, Math.min(bytes.length, MOST));
    if (count >= 0) return count;
    if (errno() !== EINTR) throw lastError("write");
  }
}

/** Writes at `offset`; may write less than all. */
function pwrite(descriptor: number, bytes: Uint8Array, offset: number): number {
  if (bytes.length === 0) return 0;
  for (;;) {
    const count = libc.pwrite(descriptor, bytes, Math.min(bytes.length, MOST), offset);
    if (count >= 0) return count;
    if (errno() !== EINTR) throw lastError("pwrite");
  }
}

/** Writes all of `bytes` at the current position. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += write(descriptor, bytes.subarray(done));
}

/** Writes all of `bytes` at `offset`. */
export function pwriteAll(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;) done += pwrite(descriptor, bytes.subarray(done), offset + done);
}

/** Closes. Interrupted, the descriptor is closed all the same on Linux and must not be closed again: that is no error. */
export function close(descriptor: number): void {
  if (libc.close(descriptor) < 0 && errno() !== EINTR) throw lastError("close");
}

/** Cuts or extends (with a hole) to `size` bytes. */
export function truncate(descriptor: number, size: number): void {
  if (libc.ftruncate(descriptor, size) < 0) throw lastError("ftruncate");
}

function openFlags({ noatime, nofollow, directory, nonblock }: OpenOptions): number {
  return O_RDONLY | constants.O_CLOEXEC | constants.O_NOCTTY |
    (noatime === true ? constants.O_NOATIME : 0) |
    (nofollow === true ? constants.O_NOFOLLOW : 0) |
    (directory === true ? constants.O_DIRECTORY : 0) |
    (nonblock === true ? constants.O_NONBLOCK : 0);
}

function openRetrying(directory: number, path: Uint8Array, flags: number): number {
  for (;;) {
    const descriptor = directory === constants.AT_FDCWD ? libc.open(path, flags) : libc.openat(directory, path, flags);
    if (descriptor >= 0 || errno() !== EINTR) return descriptor;
  }
}
