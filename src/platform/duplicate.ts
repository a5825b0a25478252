import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  dup2: { args: ["i32", "i32"], returns: "i32" },
});

/** Not run here: macOS, FreeBSD. */
const F_DUPFD_CLOEXEC = forSystem({ linux: () => 1030, darwin: () => 67, freebsd: () => 17 });

/** Another descriptor of the same open file, closed in child processes. */
export function duplicate(descriptor: number): number {
  const copy = libc.fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw lastError("fcntl");
  return copy;
}

/** Makes `target` a descriptor of the same open file; what it was before is closed. Child processes get it. */
export function duplicateTo(descriptor: number, target: number): void {
  if (libc.dup2(descriptor, target) < 0) throw lastError("dup2");
}
