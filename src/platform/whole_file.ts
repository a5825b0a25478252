import { Buffer } from "node:buffer";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { encodeText } from "./path_bytes.ts";
import { asSystemError, SystemError } from "./system_error.ts";

/** All that a file holds. Throws SystemErrors. */
export function readWholeFile(path: string): Uint8Array {
  return inSystemWords("open", path, () => readFileSync(nativePath(path)));
}

/** Makes a file, or empties it, and hands over what writes to it. Its mode is 0666 less the umask. Throws SystemErrors. */
export async function withNewFile<T>(
  path: string,
  use: (write: (bytes: Uint8Array) => void) => Promise<T>,
): Promise<T> {
  const file = inSystemWords("open", path, () => openSync(nativePath(path), "w", 0o666));
  try {
    return await use((bytes) => inSystemWords("write", path, () => writeAll(file, bytes)));
  } finally {
    closeSync(file);
  }
}

/** Makes a file, or puts new content into an old one. Throws SystemErrors. */
export async function writeWholeFile(path: string, content: Uint8Array): Promise<void> {
  await withNewFile(path, (write) => Promise.resolve(write(content)));
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

function nativePath(path: string): Buffer {
  return Buffer.from(encodeText(path));
}

function inSystemWords<T>(syscall: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const problem = asSystemError(error);
    if (problem === undefined) throw error;
    throw new SystemError(problem.errno, syscall, path, { cause: error });
  }
}
