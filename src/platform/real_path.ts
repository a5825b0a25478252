import { readlink } from "./links.ts";
import { SystemError } from "./system_error.ts";

/** Like the systems: more links than this in one path are taken for a loop. */
const MOST_LINKS = 40;
/** What there is when a part of a path is no symbolic link, is not there, or may not be looked at. */
const NO_LINK = ["EINVAL", "ENOENT", "ENOTDIR", "EACCES", "ENAMETOOLONG"];

/**
 * An absolute path without symbolic links, `.` and `..`. What does not exist is kept as it is written. Throws ELOOP.
 */
export function realPath(path: string): string {
  const pending = path.split("/").reverse();
  const real: string[] = [];
  for (let links = 0; pending.length > 0;) {
    const name = pending.pop()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      real.pop();
      continue;
    }
    const target = linkTarget(`/${[...real, name].join("/")}`);
    if (target === undefined) real.push(name);
    else {
      if (++links > MOST_LINKS) throw SystemError.named("ELOOP", "readlink", path);
      if (target.startsWith("/")) real.length = 0;
      pending.push(...target.split("/").reverse());
    }
  }
  return `/${real.join("/")}`;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlink(path);
  } catch (error) {
    if (error instanceof SystemError && NO_LINK.includes(error.code)) return undefined;
    throw error;
  }
}
