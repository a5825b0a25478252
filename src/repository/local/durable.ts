import { randomBytes } from "node:crypto";
import { toHex } from "../../encoding/bytes.ts";
import { parentPath } from "../paths.ts";
import type { FileLayer } from "./files.ts";

/** Writes a file so that after a power cut it has its old content or the new one. */
export function writeDurably(files: FileLayer, path: string, ...parts: Uint8Array[]): void {
  const temporary = temporaryName(path);
  try {
    writeSynced(files, temporary, parts);
    files.rename(temporary, path);
  } catch (error) {
    if (files.status(temporary)) files.unlink(temporary);
    throw error;
  }
  files.syncDirectory(parentPath(path));
}

/** Writes a file, whose content may come in parts, and syncs it. Its name is not durable yet. */
export function writeSynced(files: FileLayer, path: string, content: Uint8Array | Iterable<Uint8Array>): void {
  const handle = files.open(path, "replace");
  let position = 0;
  try {
    for (const part of content instanceof Uint8Array ? [content] : content) {
      files.write(handle, [part], position);
      position += part.length;
    }
    files.sync(handle);
  } finally {
    files.close(handle);
  }
}

/** A name beside `path` that nobody else uses. */
export function temporaryName(path: string): string {
  return `${path}-${toHex(randomBytes(6))}.tmp`;
}
