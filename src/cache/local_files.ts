import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { fsPath, isErrno, savePrivateFile } from "../crypto/private_file.ts";
import { PIECE_LENGTH } from "../encoding/hash_index_file.ts";
import { decodeText, encodeText } from "../encoding/path.ts";

/** The content of a file; undefined when there is none. */
export function readIfPresent(path: string): Uint8Array | undefined {
  try {
    return readFileSync(fsPath(path));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** The content of a file, some MB at a time. Each part is good until the next one. */
export function* readParts(path: string): Generator<Uint8Array> {
  const file = openSync(fsPath(path), "r");
  try {
    const piece = new Uint8Array(PIECE_LENGTH);
    for (let got = readSync(file, piece); got > 0; got = readSync(file, piece)) yield piece.subarray(0, got);
  } finally {
    closeSync(file);
  }
}

/** The content of a small file as text without spaces around it; undefined when there is none. */
export function readText(path: string): string | undefined {
  const content = readIfPresent(path);
  return content === undefined ? undefined : decodeText(content).trim();
}

/** Replaces a file durably; only its owner may read it. */
export function saveText(path: string, text: string): void {
  savePrivateFile(path, encodeText(text));
}
