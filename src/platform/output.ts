import { write } from "./file.ts";
import { encodeText } from "./path_bytes.ts";
import { poll } from "./poll.ts";
import { SystemError } from "./system_error.ts";

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;

/**
 * Writes all of it before it returns, so that ending the process loses nothing (`process.stdout` would). A reader that
 * went away is a SystemError with code EPIPE.
 */
export function writeOutput(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? encodeText(content) : content;
  for (let done = 0; done < bytes.length;) done += writeSome(descriptor, bytes.subarray(done));
}

/** The other side of a terminal or pipe may have made it non-blocking for all who share it. */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return write(descriptor, bytes);
  } catch (error) {
    if (!(error instanceof SystemError && error.code === "EAGAIN")) throw error;
    poll(descriptor, "writable", -1);
    return 0;
  }
}
