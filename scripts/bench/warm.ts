import { spawnSync } from "node:child_process";

/**
 * Reads everything in a folder, so that it lies in the page cache. Backup programs push out what they have read, each in its
 * own way: without this, one of them is timed with the disk and the other without.
 */
export function warm(folder: string): void {
  spawnSync("sh", ["-c", "find . -xdev -type f -exec cat {} + > /dev/null"], { cwd: folder });
}
