import { Capability, MAJOR, MINOR } from "./protocol.ts";
import type { ReplyBuffer } from "./reply.ts";
import type { Request } from "./request.ts";

const WANTED = Object.values(Capability).reduce((all, one) => all | one, 0);

/** Requests in the background that the kernel may have under way at once, and when it begins to hold back. */
const BACKGROUND = 64;
const CONGESTION = 48;
/** Nobody writes, but the kernel wants a number of at least this. */
const LONGEST_WRITE = 4096;
const PAGE = 4096;

/** Whether the kernel knows of a capability. */
export function offers(request: Request, capability: number): boolean {
  return (request.argument32(12) & capability) !== 0;
}

/** Answers the first request: `struct fuse_init_in` to `struct fuse_init_out`. */
export function agree(reply: ReplyBuffer, request: Request, longestRead: number): ReplyBuffer {
  const [minor, readAhead, flags] = [request.argument32(4), request.argument32(8), request.argument32(12)];
  reply.u32(MAJOR).u32(Math.min(minor, MINOR)).u32(readAhead).u32(flags & WANTED);
  reply.u16(BACKGROUND).u16(CONGESTION).u32(LONGEST_WRITE).u32(1).u16(longestRead / PAGE).u16(0);
  return reply.zeros(32);
}
