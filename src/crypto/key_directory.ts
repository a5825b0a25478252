import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeText, encodeText } from "../encoding/path.ts";
import { BorgError } from "../errors.ts";
import { listDirectory } from "../platform/directory.ts";
import { formatKeyFile, keyFileHeader, KeyfileInvalidError, type KeyFileOrigin, parseKeyFile } from "./key_file.ts";
import { fsPath, isErrno, savePrivateFile } from "./private_file.ts";

const MAX_NAME = 100;
const HEADER_ROOM = 80;

/** `data`: repository, folder or file that was searched. */
export class KeyfileNotFoundError extends BorgError {
  constructor(repository: string, searched: string) {
    super("KeyfileNotFoundError", [repository, searched]);
  }
}

/** What key files and prompts need to know of a repository. */
export interface KeyedRepository {
  readonly id: Uint8Array;
  /** As errors and prompts name it. */
  readonly name: string;
  /** The path of its location as it was given, from which new key files get their name. */
  readonly path: string;
  /** Remote locations only. */
  readonly host?: string | undefined;
}

/** The user's key files (format reference 6.3): the folder, or the one file that `BORG_KEY_FILE` names. */
export class KeyDirectory {
  constructor(readonly folder: string, readonly onlyFile?: string) {}

  /** The path of the repository's key file, undefined when there is none. */
  find(repository: KeyedRepository): string | undefined {
    if (this.onlyFile !== undefined) return this.exists(this.onlyFile) ? this.onlyFile : undefined;
    return findByHeader(this.folder, keyFileHeader(repository.id));
  }

  exists(path: string): boolean {
    return existsSync(fsPath(path));
  }

  /** As `find`; throws KeyfileNotFoundError. */
  locate(repository: KeyedRepository): string {
    const path = this.find(repository);
    if (path === undefined) throw new KeyfileNotFoundError(repository.name, this.onlyFile ?? this.folder);
    return path;
  }

  /** Where a new key file goes. The file may exist only when `BORG_KEY_FILE` names it. */
  newPath(repository: KeyedRepository): string {
    if (this.onlyFile !== undefined) return this.onlyFile;
    return this.freePath(keyFileName(repository));
  }

  /** The path of a file that is not there yet: of this name, or with a number behind it. */
  freePath(name: string): string {
    const path = join(this.folder, name);
    let free = path;
    for (let number = 2; this.exists(free); number++) free = `${path}.${number}`;
    return free;
  }

  /** The blob in a key file. Throws what `parseKeyFile` throws, and KeyfileInvalidError for what is no file. */
  read(repository: KeyedRepository, path: string): Uint8Array {
    const origin: KeyFileOrigin = { repository: repository.name, path };
    return parseKeyFile(decodeText(readKeyFile(origin)), repository.id, origin);
  }

  /** Makes or replaces a key file. */
  write(repository: KeyedRepository, path: string, blob: Uint8Array): void {
    savePrivateFile(path, encodeText(formatKeyFile(repository.id, blob)));
  }
}

/** The first file in a folder, in the order of names, that begins with this line; undefined if there is none. */
export function findByHeader(folder: string, header: string): string | undefined {
  return filesIn(folder).find((path) => firstLine(path) === header);
}

/** Everything in a folder, in the order of names; nothing when there is no folder. */
function filesIn(folder: string): string[] {
  try {
    return listDirectory(folder).map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

function readKeyFile({ repository, path }: KeyFileOrigin): Uint8Array {
  try {
    return readFileSync(fsPath(path));
  } catch (error) {
    if (isErrno(error, "EISDIR")) throw new KeyfileInvalidError(repository, path, { cause: error });
    throw error;
  }
}

/** The first line of a regular file, as far as it can matter. ENOENT: a dangling link, or the file is gone by now. */
function firstLine(path: string): string {
  try {
    if (!statSync(fsPath(path)).isFile()) return "";
    const text = readFileSync(fsPath(path)).toString("latin1", 0, HEADER_ROOM);
    return (text.split("\n")[0] ?? "").trimEnd();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}

/** The name of a new key file, before a number makes it unique. */
export function keyFileName({ path, host }: KeyedRepository): string {
  const name = wordCharacters(path).replace(/^_+|_+$/g, "");
  return Array.from(host === undefined ? name : `${wordCharacters(host)}__${name}`).slice(0, MAX_NAME).join("");
}

function wordCharacters(text: string): string {
  return text.replace(/[^\p{L}\p{N}_]/gu, "_");
}
