import process from "node:process";
import { normalPath } from "../encoding/normal_path.ts";

// `node:path` would do, were it not that in Bun it does not keep undecodable bytes.

/** The normalised path from the root. */
export function absolutePath(path: string): string {
  return normalPath(path.startsWith("/") ? path : `${process.cwd()}/${path}`);
}

/** The directory that holds what an absolute path names; that of the root is the root. */
export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
