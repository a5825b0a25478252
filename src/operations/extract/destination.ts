import { makeDirectory, removeDirectory, unlink } from "../../platform/entries.ts";
import { fileType } from "../../platform/file_type.ts";
import { lstatOrNothing } from "../../platform/stat.ts";
import { SystemError } from "../../platform/system_error.ts";
import { BorgError } from "../../errors.ts";
import { attempt, BackupOSError } from "../problems.ts";

/** An item would be written through a symbolic link, or through something that is no directory. */
export class BackupSymlinkParentError extends BorgError {
  constructor(parent: string) {
    super("BackupSymlinkParentError", [`parent is not a directory: ${parent}`]);
  }
}

/** An item's path leads out of the directory that is extracted into. */
export class BackupPathTraversalError extends BorgError {
  constructor(path: string) {
    super("BackupPathTraversalError", [`path traversal: ${path}`]);
  }
}

/** A hard link's source leads out of the directory that is extracted into. */
export class BackupHardlinkSourceError extends BorgError {
  constructor(source: string) {
    super("BackupHardlinkSourceError", [`unsafe hard link source: ${source}`]);
  }
}

/** Permissions of directories while they are incomplete. */
const PRIVATE = 0o700;

/**
 * The directory that is extracted into. Nothing outside it is ever touched: no `..`, no way through a symbolic link
 * (format reference 4.10).
 */
export class Destination {
  /** Directories below the root that were seen, or made, by this run. */
  readonly #known = new Set<string>();
  /** Those of them that this run has made: nothing is in them but what this run has put there. */
  readonly #own = new Set<string>();

  /** @param root an absolute path, or a path relative to the current directory; without a slash at its end */
  constructor(readonly root: string) {}

  /** Where the item goes. */
  pathOf(itemPath: string): string {
    return itemPath === "." ? this.root : `${this.root}/${itemPath}`;
  }

  /**
   * Makes something at an item's path: checks the parents, makes the missing ones, and removes what is in the item's place.
   * In a directory that this run has made nothing is looked for before `make` has found something there.
   *
   * @param make throws EEXIST when something is there and it is to be `exclusive`
   */
  place<T>(itemPath: string, make: (path: string, exclusive: boolean) => T): T {
    assertInside(itemPath, () => new BackupPathTraversalError(itemPath));
    this.#checkParents(itemPath, true, (parent) => new BackupSymlinkParentError(parent));
    const path = this.pathOf(itemPath);
    if (this.#own.has(parentOf(itemPath))) {
      try {
        return make(path, true);
      } catch (error) {
        if (!isExisting(error)) throw error;
      }
    }
    this.#remove(itemPath, path);
    return make(path, false);
  }

  /** The path of a hard link's source. */
  source(itemPath: string): string {
    assertInside(itemPath, () => new BackupHardlinkSourceError(itemPath));
    this.#checkParents(itemPath, false, () => new BackupHardlinkSourceError(itemPath));
    return this.pathOf(itemPath);
  }

  /** Makes the directory of an item, unless it is there. */
  makeDirectory(itemPath: string): void {
    const make = (path: string) => attempt("mkdir", () => makeDirectory(path, PRIVATE));
    try {
      if (itemPath === ".") make(this.root);
      else this.place(itemPath, make);
      this.#own.add(itemPath);
    } catch (error) {
      if (!isExisting(error)) throw error;
      this.#assertDirectory(itemPath);
    }
    this.#known.add(itemPath);
  }

  /** Whether `makeDirectory` has succeeded, and nothing took the place of the directory since. */
  hasDirectory(itemPath: string): boolean {
    return this.#known.has(itemPath);
  }

  #assertDirectory(itemPath: string): void {
    const stat = attempt("stat", () => lstatOrNothing(this.pathOf(itemPath)));
    if (!stat || fileType(stat.mode) !== "directory") throw new BackupSymlinkParentError(itemPath);
  }

  /** Where a directory is known, those above it are: while there is something in them, nothing takes their place. */
  #checkParents(itemPath: string, create: boolean, refusal: (parent: string) => BorgError): void {
    if (this.#known.has(parentOf(itemPath))) return;
    for (let slash = itemPath.indexOf("/"); slash >= 0; slash = itemPath.indexOf("/", slash + 1)) {
      const parent = itemPath.slice(0, slash);
      if (this.#known.has(parent)) continue;
      const stat = attempt("stat", () => lstatOrNothing(this.pathOf(parent)));
      if (stat && fileType(stat.mode) !== "directory") throw refusal(parent);
      if (!stat && !create) return;
      if (!stat) attempt("makedirs", () => makeDirectory(this.pathOf(parent)));
      this.#known.add(parent);
    }
  }

  #remove(itemPath: string, path: string): void {
    const stat = attempt("stat", () => lstatOrNothing(path));
    if (!stat) return;
    this.#known.delete(itemPath);
    this.#own.delete(itemPath);
    if (fileType(stat.mode) !== "directory") return attempt("unlink", () => unlink(path));
    try {
      removeDirectory(path);
    } catch (error) {
      // A directory stays for an item that is one, and takes its attributes; any other is refused where it is made.
      if (!(error instanceof SystemError)) throw error;
    }
  }
}

function assertInside(itemPath: string, refusal: () => BorgError): void {
  if (itemPath.startsWith("/")) throw refusal();
  if (itemPath.includes("..") && itemPath.split("/").includes("..")) throw refusal();
}

/** Empty for what is directly in the directory that is extracted into. */
function parentOf(itemPath: string): string {
  return itemPath.slice(0, Math.max(0, itemPath.lastIndexOf("/")));
}

function isExisting(error: unknown): boolean {
  return error instanceof BackupOSError && error.system.code === "EEXIST";
}
