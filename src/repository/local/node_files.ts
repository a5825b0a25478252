import { Buffer } from "node:buffer";
import * as fs from "node:fs";
import { encodeText } from "../../encoding/path.ts";
import { type FileLayer, type FileStatus, hasCode, type OpenMode } from "./files.ts";

const FLAGS: Readonly<Record<OpenMode, string>> = { read: "r", create: "wx+", replace: "w+", update: "r+" };

/** A system call takes at most this many bytes at once on every system. */
const CALL_LIMIT = 0x40000000;

/** The file layer of the operating system. */
export const nodeFiles: FileLayer = {
  open: (path, mode) => fs.openSync(native(path), FLAGS[mode]),
  close: (handle) => fs.closeSync(handle),
  read: readFully,
  write: writeFully,
  sync: (handle) => fs.fsyncSync(handle),
  empty: (path) => fs.truncateSync(native(path), 0),
  syncDirectory,
  status,
  list: (path) => fs.readdirSync(native(path)),
  makeDirectory: (path) => fs.mkdirSync(native(path)),
  makeDirectories: (path) => void fs.mkdirSync(native(path), { recursive: true }),
  removeDirectory: (path) => fs.rmdirSync(native(path)),
  removeTree: (path) => fs.rmSync(native(path), { recursive: true }),
  rename: (from, to) => fs.renameSync(native(from), native(to)),
  link: (from, to) => fs.linkSync(native(from), native(to)),
  unlink: (path) => fs.unlinkSync(native(path)),
  freeSpace: (path) => {
    const { bavail, bsize } = fs.statfsSync(native(path));
    return Math.max(0, bavail) * bsize;
  },
};

/** The path for `node:fs`: the bytes themselves where they are not UTF-8. */
function native(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeText(path));
}

function readFully(handle: number, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const length = Math.min(into.length - done, CALL_LIMIT);
    const got = fs.readSync(handle, into, done, length, position + done);
    if (got === 0 && endsBefore(handle, position + done)) break;
    done += got;
  }
  return done;
}

/**
 * Whether nothing is to be had from `position` on because the file ends there. What merely cannot be had must not pass for
 * that: a repair would take the file for a cut one.
 */
function endsBefore(handle: number, position: number): boolean {
  if (fs.fstatSync(handle).size <= position) return true;
  // It may have grown meanwhile.
  if (fs.readSync(handle, new Uint8Array(1), 0, 1, position) > 0) return false;
  throw Object.assign(new Error(`EIO: nothing to read at ${position} of a longer file`), { code: "EIO" });
}

function writeFully(handle: number, parts: readonly Uint8Array[], position: number): void {
  if (parts.length === 1) return writeOne(handle, parts[0]!, position);
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  let done = total <= CALL_LIMIT ? fs.writevSync(handle, parts as Uint8Array[], position) : 0;
  let start = 0;
  for (const part of parts) {
    const missing = part.subarray(Math.max(0, done - start));
    if (missing.length > 0) writeOne(handle, missing, position + done);
    start += part.length;
    done = Math.max(done, start);
  }
}

function writeOne(handle: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += fs.writeSync(handle, bytes, done, Math.min(bytes.length - done, CALL_LIMIT), position + done);
  }
}

function syncDirectory(path: string): void {
  const handle = fs.openSync(native(path), "r");
  try {
    fs.fsyncSync(handle);
  } catch (error) {
    // Some network file systems cannot sync a directory, and say so with EINVAL.
    if (!hasCode(error, "EINVAL")) throw error;
  } finally {
    fs.closeSync(handle);
  }
}

function status(path: string): FileStatus | undefined {
  try {
    const stats = fs.statSync(native(path));
    return { size: stats.size, links: stats.nlink, directory: stats.isDirectory() };
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
