import { write as writeSome } from "node:fs";
import { write } from "./file.ts";
import { poll } from "./poll.ts";
import { asSystemError } from "./system_error.ts";
import { unlessAborted } from "./unless_aborted.ts";

/** So much a pipe takes without waiting once it says that it takes anything. */
const CERTAIN = 4096;
/** More than this is left to a thread, which may have to wait. */
const SMALL = 4 * CERTAIN;
/** How long to wait until a full pipe that does not block is tried again, in milliseconds. */
const PAUSE = 2;

/**
 * Writes everything to a descriptor without ever waiting in this thread, so that signals are heard though nobody reads at
 * the other end. Throws a SystemError, and the signal's reason as soon as it is aborted.
 */
export async function writeOutgoing(descriptor: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  let done = 0;
  while (done < bytes.length && done < SMALL && poll(descriptor, "writable", 0)) {
    done += write(descriptor, bytes.subarray(done, done + CERTAIN));
  }
  while (done < bytes.length) done += await unlessAborted(signal, writeWaiting(descriptor, bytes, done));
}

function writeWaiting(descriptor: number, bytes: Uint8Array, start: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const write = () =>
      writeSome(descriptor, bytes, start, bytes.length - start, null, (error, count) => {
        const problem = error && (asSystemError(error) ?? error);
        if (!problem) resolve(count);
        else if ("code" in problem && problem.code === "EAGAIN") setTimeout(write, PAUSE);
        else reject(problem);
      });
    write();
  });
}
