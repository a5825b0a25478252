import { realPath } from "../../platform/real_path.ts";
import { PathNotAllowed } from "./server_errors.ts";

/** What a server allows, whatever a client asks for (format reference 10.7). */
export interface Policy {
  /** Only repositories below one of these absolute paths, or at it; all when it is empty. */
  readonly restrictToPaths: readonly string[];
  /** Only repositories at one of these absolute paths; all when it is empty. */
  readonly restrictToRepositories: readonly string[];
  /** Existing repositories do not give space back. */
  readonly appendOnly: boolean;
  /** Bytes, 0 = none; undefined: what the repository's configuration says. */
  readonly storageQuota: number | undefined;
}

/** Throws PathNotAllowed if the policy forbids what is at `path`, which is absolute and without symbolic links. */
export function assertAllowed(path: string, { restrictToPaths, restrictToRepositories }: Policy): void {
  const below = restrictToPaths.length === 0 || restrictToPaths.some((allowed) => isBelow(path, realPath(allowed)));
  const among = restrictToRepositories.length === 0 || restrictToRepositories.some((it) => realPath(it) === path);
  if (!below || !among) throw new PathNotAllowed(path);
}

function isBelow(path: string, directory: string): boolean {
  return withSlash(path).startsWith(withSlash(directory));
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
