import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fsPath } from "../crypto/private_file.ts";

/** Names of the directories that hold the old files while new ones are written (format reference 9.2). */
const PREPARED = "txn.tmp";
const ACTIVE = "txn.active";

/**
 * Lets `write` replace the files `names` of a cache: if that does not come to its end, the next `recover` puts the old
 * ones back. The backup is a copy and no link: BorgBackup copies it back, which fails on a link to the same file.
 */
export function replaceFiles(directory: string, names: readonly string[], write: () => void): void {
  const prepared = join(directory, PREPARED);
  const active = join(directory, ACTIVE);
  rmSync(fsPath(prepared), { recursive: true, force: true });
  mkdirSync(fsPath(prepared), { mode: 0o700 });
  for (const name of names) backUp(join(directory, name), join(prepared, name));
  renameSync(fsPath(prepared), fsPath(active));
  write();
  finish(directory);
}

/** After a crash: puts the files of an interrupted transaction back. */
export function recover(directory: string): void {
  rmSync(fsPath(join(directory, PREPARED)), { recursive: true, force: true });
  const active = join(directory, ACTIVE);
  if (!existsSync(fsPath(active))) return;
  for (const name of readdirSync(fsPath(active))) {
    copyFileSync(fsPath(join(active, name)), fsPath(join(directory, name)), constants.COPYFILE_FICLONE);
  }
  finish(directory);
}

/** Renaming first makes it one step: a half-deleted backup is never put back. */
function finish(directory: string): void {
  const prepared = join(directory, PREPARED);
  renameSync(fsPath(join(directory, ACTIVE)), fsPath(prepared));
  rmSync(fsPath(prepared), { recursive: true });
}

/** BorgBackup expects each of the files in the backup, so a missing one is there as an empty one. */
function backUp(from: string, to: string): void {
  if (existsSync(fsPath(from))) copyFileSync(fsPath(from), fsPath(to), constants.COPYFILE_FICLONE);
  else writeFileSync(fsPath(to), "", { mode: 0o600 });
}
