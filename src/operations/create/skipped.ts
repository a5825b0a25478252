import { cacheDirectory } from "../../platform/directories.ts";
import { stat } from "../../platform/stat.ts";
import { SystemError } from "../../platform/system_error.ts";
import type { Location } from "../../repository/location.ts";
import type { Identity } from "./identities.ts";

/** The directories that are never archived: those that a backup itself writes to. */
export function skippedDirectories(env: Readonly<Record<string, string | undefined>>, location: Location): Identity[] {
  const paths = [cacheDirectory(env), ...(location.kind === "local" ? [location.path] : [])];
  return paths.flatMap(identityOf);
}

/** Nothing for a path where nothing can be found: a dry run does not ask for a repository, and opening one says more. */
function identityOf(path: string): Identity[] {
  try {
    return [stat(path)];
  } catch (error) {
    if (error instanceof SystemError && ["ENOENT", "ENOTDIR", "EACCES"].includes(error.code)) return [];
    throw error;
  }
}
