import { pathArgument } from "./c_string.ts";
import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

/** `dev_t` has 32 bits on macOS. */
const DEVICE = forSystem({ linux: () => "u64" as const, darwin: () => "i32" as const, freebsd: () => "u64" as const });

const libc = openLibc({
  mkfifo: { args: ["buffer", "u32"], returns: "i32" },
  mknod: { args: ["buffer", "u32", DEVICE], returns: "i32" },
});

/** Makes a fifo, with the permissions of `mode` less the umask. */
export function makeFifo(path: string, mode: number): void {
  if (libc.mkfifo(pathArgument(path), mode & 0o7777) < 0) throw lastError("mkfifo", path);
}

/** Makes a device node of the type in `mode`; `rdev` in the system's own encoding. */
export function makeNode(path: string, mode: number, rdev: bigint): void {
  const device = DEVICE === "i32" ? Number(BigInt.asIntN(32, rdev)) : rdev;
  if (libc.mknod(pathArgument(path), mode, device as number) < 0) throw lastError("mknod", path);
}
