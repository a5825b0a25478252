import { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fsPath, savePrivateFile } from "../crypto/private_file.ts";
import { readIfPresent } from "./local_files.ts";

/** The configuration is the last: without it, the files are no cache. */
const FILES = ["chunks", "files", "config"];
const ATTIC_INDEX_MAGIC = "ATTICIDX";
const INDEX_MAGIC = "BORG_IDX";

/** A file of Attic's cache of a repository, and where it belongs in BorgBackup's. */
export interface CacheFile {
  readonly from: string;
  readonly to: string;
}

/** What can be taken over from Attic's cache; nothing when BorgBackup has a cache of the repository already. */
export function findAtticCache(atticPath: string, path: string): CacheFile[] {
  if (existsSync(fsPath(join(path, "config")))) return [];
  return FILES.map((name) => ({ from: join(atticPath, name), to: join(path, name) }))
    .filter(({ from }) => existsSync(fsPath(from)));
}

/** Copies a file of a cache; the chunk index gets the first bytes that BorgBackup's have. */
export function bringCacheFile({ from, to }: CacheFile): void {
  const content = readIfPresent(from) ?? new Uint8Array(0);
  const bytes = Buffer.from(content);
  if (bytes.toString("latin1", 0, ATTIC_INDEX_MAGIC.length) === ATTIC_INDEX_MAGIC) bytes.write(INDEX_MAGIC, "latin1");
  savePrivateFile(to, bytes);
}
