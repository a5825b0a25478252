import process from "node:process";
import { constants } from "./constants.ts";
import { openLibc } from "./libc.ts";
import { system } from "./system.ts";

const F_GETFL = 3;
const F_SETFL = 4;
/** Linux alone has it. */
const F_SETPIPE_SZ = 1031;
/** What Linux allows everybody. */
const LARGEST_PIPE = 1 << 20;

// The third argument of fcntl is variadic, which Apple's convention for arm64 passes where this declaration does not.
const isCallable = !(system === "darwin" && process.arch === "arm64");
const libc = isCallable ? openLibc({ fcntl: { args: ["i32", "i32", "i32"], returns: "i32" } }) : undefined;

/**
 * Lets no call on the descriptor wait any more: it fails with EAGAIN. Everybody who shares the open file is concerned, so
 * what is returned takes it back. Undefined: it cannot be done here.
 */
export function makeNonBlocking(descriptor: number): (() => void) | undefined {
  const flags = libc?.fcntl(descriptor, F_GETFL, 0) ?? -1;
  if (flags < 0) return undefined;
  if ((flags & constants.O_NONBLOCK) !== 0) return () => {};
  if (libc!.fcntl(descriptor, F_SETFL, flags | constants.O_NONBLOCK) < 0) return undefined;
  return () => void libc!.fcntl(descriptor, F_SETFL, flags);
}

/** Lets a pipe hold more where the system can, so that both ends wait less often; what is no pipe stays as it is. */
export function enlargePipe(descriptor: number): void {
  if (system === "linux") libc!.fcntl(descriptor, F_SETPIPE_SZ, LARGEST_PIPE);
}
