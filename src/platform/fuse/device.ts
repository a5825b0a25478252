import { constants } from "../constants.ts";
import { errno, errorNumber } from "../errno.ts";
import { addressOf } from "../ffi.ts";
import { close } from "../file.ts";
import { openLibc } from "../libc.ts";
import { poll } from "../poll.ts";
import { lastError } from "../system_error.ts";

const libc = openLibc({
  read: { args: ["i32", "buffer", "u64"], returns: "i32" },
  write: { args: ["i32", "buffer", "u64"], returns: "i32" },
  writev: { args: ["i32", "buffer", "i32"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
});

const F_GETFL = 3;
const F_SETFL = 4;
const EINTR = errorNumber("EINTR");
const EAGAIN = errorNumber("EAGAIN");
const ENOENT = errorNumber("ENOENT");
const ENODEV = errorNumber("ENODEV");

/** The smallest buffer that the kernel puts a request into (FUSE_MIN_READ_BUFFER). */
export const MINIMUM_READ = 8192;

/** What `receive` gives when the kernel has no request, or has ended the session. */
export const NOTHING = 0;
export const ENDED = -1;

/** The kernel's end of a mounted FUSE file system: whole requests come out, whole replies go in; never waits. */
export class FuseDevice {
  #closed = false;

  constructor(readonly descriptor: number) {
    const flags = libc.fcntl(descriptor, F_GETFL, 0);
    if (flags < 0 || libc.fcntl(descriptor, F_SETFL, flags | constants.O_NONBLOCK) < 0) throw lastError("fcntl");
  }

  /** The length of the request that is now in `buffer`, or NOTHING, or ENDED when the file system was unmounted. */
  receive(buffer: Uint8Array): number {
    for (;;) {
      const length = libc.read(this.descriptor, buffer, buffer.length);
      if (length > 0) return length;
      if (length === 0) return ENDED;
      const failure = errno();
      if (failure === EAGAIN) return NOTHING;
      if (failure === ENODEV) return ENDED;
      if (failure !== EINTR && failure !== ENOENT) throw lastError("read", "/dev/fuse"); // ENOENT: taken back meanwhile
    }
  }

  /**
   * Sends a reply, from where its parts are. One to a request that was interrupted, or that comes after the end, is nobody's
   * loss.
   */
  send(reply: Uint8Array, ...more: readonly Uint8Array[]): void {
    const vector = more.length > 0 ? vectorOf([reply, ...more.filter(({ length }) => length > 0)]) : undefined;
    for (;;) {
      if (this.#closed || this.#write(reply, vector) >= 0) return;
      const failure = errno();
      if (failure === ENOENT || failure === ENODEV) return;
      if (failure !== EINTR && failure !== EAGAIN) throw lastError("write", "/dev/fuse");
    }
  }

  #write(reply: Uint8Array, vector: BigUint64Array<ArrayBuffer> | undefined): number {
    if (vector === undefined) return libc.write(this.descriptor, reply, reply.length);
    return libc.writev(this.descriptor, new Uint8Array(vector.buffer), vector.length / 2);
  }

  /** Whether there is a request, or the end; waits at most `timeout` milliseconds for it. */
  isReady(timeout: number): boolean {
    return poll(this.descriptor, "readable", timeout);
  }

  /** Ends the session from our side: whatever still uses the file system gets ENOTCONN. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.descriptor);
  }
}

/** `struct iovec` of each part, which must stay referenced. */
function vectorOf(parts: readonly Uint8Array[]): BigUint64Array<ArrayBuffer> {
  const vector = new BigUint64Array(2 * parts.length);
  for (const [i, part] of parts.entries()) {
    vector[2 * i] = addressOf(part);
    vector[2 * i + 1] = BigInt(part.length);
  }
  return vector;
}
