import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { encodeText } from "../encoding/path.ts";

/** A path for `node:fs`: bytes where the text has undecodable ones. */
export function fsPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeText(path));
}

/**
 * Writes a file that only its owner may read, from its first moment, and makes it durable: temporary name in the same
 * folder, fsync, rename, fsync of the folder. Missing folders are made, for the owner only.
 */
export function savePrivateFile(path: string, content: Uint8Array): void {
  savePrivatePieces(path, [content]);
}

/** The same for a file in pieces, each of which is written before the next one is asked for. */
export function savePrivatePieces(path: string, pieces: Iterable<Uint8Array>): void {
  const folder = dirname(path);
  mkdirSync(fsPath(folder), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeSynced(temporary, pieces);
    renameSync(fsPath(temporary), fsPath(path));
  } catch (error) {
    removeLeftover(temporary);
    throw error;
  }
  syncFolder(folder);
}

function writeSynced(path: string, pieces: Iterable<Uint8Array>): void {
  const file = openSync(fsPath(path), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    for (const piece of pieces) for (let done = 0; done < piece.length;) done += writeSync(file, piece, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** ENOENT: it was never made, or renamed already. */
function removeLeftover(path: string): void {
  try {
    unlinkSync(fsPath(path));
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

/** EINVAL: some network file systems cannot sync folders. */
function syncFolder(path: string): void {
  const folder = openSync(fsPath(path), constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!isErrno(error, "EINVAL")) throw error;
  } finally {
    closeSync(folder);
  }
}

export function isErrno(error: unknown, ...codes: string[]): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && codes.includes(code);
}
