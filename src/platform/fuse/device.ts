import { constants } from "../constants.ts";
import { errno, errorNumber } from "../errno.ts";
import { close } from "../file.ts";
import { openLibc } from "../libc.ts";
import { poll } from "../poll.ts";
import { lastError } from "../system_error.ts";

const libc = openLibc({
  read: { args: ["i32", "buffer", "u64"], returns: "i32" },
  write: { args: ["i32", "buffer", "u64"], returns: "i32" },
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

  /** Sends a reply. One to a request that was interrupted, or that comes after the end, is nobody's loss. */
  send(reply: Uint8Array): void {
    for (;;) {
      if (this.#closed || libc.write(this.descriptor, reply, reply.length) >= 0) return;
      const failure = errno();
      if (failure === ENOENT || failure === ENODEV) return;
      if (failure !== EINTR && failure !== EAGAIN) throw lastError("write", "/dev/fuse");
    }
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
