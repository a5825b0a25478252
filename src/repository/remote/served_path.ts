import { realPath } from "../../platform/real_path.ts";
import { SystemError } from "../../platform/system_error.ts";

/** Where the paths of clients begin. */
export interface Places {
  /** The server's current directory. */
  readonly cwd: string;
  /** The home directory of a user, of the server's own without a name; undefined when there is none. */
  home(user?: string): string | undefined;
}

/** No system opens longer paths. */
const LONGEST = 8192;

/** The absolute path without symbolic links that a client means (format reference 10.7). */
export function resolveServedPath(path: string, places: Places): string {
  if (path.includes("\0")) throw new RangeError("a path with a null byte");
  if (path.length > LONGEST) throw SystemError.named("ENAMETOOLONG", "open", `${path.slice(0, 100)}...`);
  return realPath(rooted(expandHome(unmarked(path), places), places));
}

/** `/~x` and `/./x` of URLs stand for `~x` and `./x`. */
function unmarked(path: string): string {
  return path.startsWith("/~") || path.startsWith("/./") ? path.slice(1) : path;
}

function expandHome(path: string, { home }: Places): string {
  if (!path.startsWith("~")) return path;
  const [, user, rest] = /^~([^/]*)([^]*)$/.exec(path)!;
  const directory = home(user || undefined);
  return directory === undefined ? path : directory + rest;
}

function rooted(path: string, { cwd }: Places): string {
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}
