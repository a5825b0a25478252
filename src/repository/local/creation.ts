import { decodeText, encodeText } from "../../encoding/path.ts";
import { AlreadyExists, ParentPathDoesNotExist, PathAlreadyExists, PathPermissionDenied } from "../errors.ts";
import type { RepositoryListener } from "../listener.ts";
import { parentPath } from "../paths.ts";
import { newConfig, writeConfig } from "./config.ts";
import { writeDurably } from "./durable.ts";
import { type FileLayer, hasCode } from "./files.ts";

/** The text that tells a repository from other directories. */
export const README = "This is a Borg Backup repository.\nSee https://borgbackup.readthedocs.io/\n";
/** A repository is known by one of these within the first bytes of its README. */
const MARKS = ["Borg Backup repository", "Borg repository"];
const MARK_RANGE = 100;

export interface CreationOptions {
  appendOnly: boolean;
  /** Bytes, 0 = none. */
  storageQuota: number;
  /** Make the directories above the repository that are missing. */
  makeParentDirs: boolean;
}

/**
 * Makes an empty repository (format reference 2.1). Refuses where something is already, or above is a repository. When it
 * fails, nothing of it stays.
 */
export function createRepository(
  files: FileLayer,
  path: string,
  options: CreationOptions,
  listener: RepositoryListener,
): void {
  try {
    refuseOccupied(files, path);
    if (!files.status(path)) makeRoot(files, path, options.makeParentDirs);
    try {
      fillRoot(files, path, options, listener);
    } catch (error) {
      discardRepository(files, path);
      throw error;
    }
  } catch (error) {
    if (hasCode(error, "EACCES", "EPERM")) throw new PathPermissionDenied(path, { cause: error });
    throw error;
  }
}

function fillRoot(files: FileLayer, path: string, options: CreationOptions, listener: RepositoryListener): void {
  writeDurably(files, `${path}/README`, encodeText(README));
  files.makeDirectory(`${path}/data`);
  writeConfig(files, path, newConfig(options), listener);
  files.syncDirectory(parentPath(path));
}

/** Removes a repository that was just made, as far as that is possible: why it is of no use is what has to be told. */
export function discardRepository(files: FileLayer, path: string): void {
  try {
    files.removeTree(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

/** Whether the directory looks like a repository. */
export function isRepository(files: FileLayer, path: string): boolean {
  const head = readHead(files, `${path}/README`);
  return MARKS.some((mark) => head.includes(mark));
}

function refuseOccupied(files: FileLayer, path: string): void {
  const found = files.status(path);
  if (found && isRepository(files, path)) throw new AlreadyExists(path);
  if (found && (!found.directory || files.list(path).length > 0)) throw new PathAlreadyExists(path);
  for (let above = parentPath(path), below = path; above !== below; below = above, above = parentPath(above)) {
    if (isRepository(files, above)) throw new AlreadyExists(above);
  }
}

function makeRoot(files: FileLayer, path: string, makeParentDirs: boolean): void {
  if (makeParentDirs) files.makeDirectories(parentPath(path));
  try {
    files.makeDirectory(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new ParentPathDoesNotExist(path);
    throw error;
  }
}

function readHead(files: FileLayer, path: string): string {
  try {
    const handle = files.open(path, "read");
    try {
      const head = new Uint8Array(MARK_RANGE);
      return decodeText(head.subarray(0, files.read(handle, head, 0)));
    } finally {
      files.close(handle);
    }
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EISDIR")) return "";
    throw error;
  }
}
