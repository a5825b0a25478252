import { errno, errorNumber } from "./errno.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({ poll: { args: ["buffer", "u64", "i32"], returns: "i32" } });
const EINTR = errorNumber("EINTR");
const EVENTS = { readable: 1, writable: 4 } as const;

/**
 * Whether a call on the descriptor would not wait: there is data, room, an end or an error. Waits for that at most
 * `timeout` milliseconds, -1 = for ever; false when a signal came first.
 */
export function poll(descriptor: number, event: keyof typeof EVENTS, timeout: number): boolean {
  const request = new DataView(new ArrayBuffer(8));
  request.setInt32(0, descriptor, true);
  request.setInt16(4, EVENTS[event], true);
  const count = libc.poll(new Uint8Array(request.buffer), 1, timeout);
  if (count < 0 && errno() !== EINTR) throw lastError("poll");
  return count > 0;
}
