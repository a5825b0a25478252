import { pathArgument } from "./c_string.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({
  chmod: { args: ["buffer", "u32"], returns: "i32" },
  fchmod: { args: ["i32", "u32"], returns: "i32" },
});

/** Sets the permission bits of a path (links are followed) or an open file. */
export function changeMode(target: string | number, mode: number): void {
  const bits = mode & 0o7777;
  if (typeof target === "number") {
    if (libc.fchmod(target, bits) < 0) throw lastError("fchmod");
  } else if (libc.chmod(pathArgument(target), bits) < 0) throw lastError("chmod", target);
}
