import { toHex } from "../encoding/bytes.ts";
import { BorgError } from "../errors.ts";
import { formatKeyBlob, parseKeyBlob } from "./key_blob.ts";

const MAGIC = "BORG_KEY";

/** `data`: repository, path of the key file. */
export class KeyfileInvalidError extends BorgError {
  constructor(repository: string, path: string, options?: ErrorOptions) {
    super("KeyfileInvalidError", [repository, path], options);
  }
}

/** `data`: repository, path of the key file. */
export class KeyfileMismatchError extends BorgError {
  constructor(repository: string, path: string) {
    super("KeyfileMismatchError", [repository, path]);
  }
}

/** The first line of a repository's key file, without its newline. */
export function keyFileHeader(repositoryId: Uint8Array): string {
  return `${MAGIC} ${toHex(repositoryId)}`;
}

/** The text of a key file, which is also that of an exported key (format reference 6.3, 6.7). */
export function formatKeyFile(repositoryId: Uint8Array, blob: Uint8Array): string {
  return `${keyFileHeader(repositoryId)}\n${formatKeyBlob(blob)}\n`;
}

/** Where a key file's text comes from, for its errors. */
export interface KeyFileOrigin {
  readonly repository: string;
  readonly path: string;
}

/** The blob of a key file. Throws KeyfileInvalidError, or KeyfileMismatchError when it belongs to another repository. */
export function parseKeyFile(text: string, repositoryId: Uint8Array, { repository, path }: KeyFileOrigin): Uint8Array {
  const end = text.indexOf("\n");
  const header = end < 0 ? text : text.slice(0, end);
  if (!header.startsWith(`${MAGIC} `)) throw new KeyfileInvalidError(repository, path);
  const wanted = keyFileHeader(repositoryId);
  const found = header.trimEnd();
  if (found.slice(0, wanted.length) !== wanted) throw new KeyfileMismatchError(repository, path);
  if (found.length > wanted.length || end < 0) throw new KeyfileInvalidError(repository, path);
  try {
    return parseKeyBlob(text.slice(end));
  } catch (cause) {
    throw new KeyfileInvalidError(repository, path, { cause });
  }
}
