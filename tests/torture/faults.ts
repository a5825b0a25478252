import type { FileLayer } from "../../src/repository/local/files.ts";
import { FaultyFiles } from "../repository/local/faulty_files.ts";
import { chances, type MemoryFiles } from "../repository/memory_files.ts";

/**
 * What happens at one moment of a run:
 * - `kill`: the process ends; what it did is there
 * - `power`: so does the machine; of what was not synced, some is there, some is not, some is garbage
 * - `EIO`, `ENOSPC`: one change fails, a write after half of it
 * - `short`: one read gives half of what is there
 */
export type FaultKind = "kill" | "power" | "EIO" | "ENOSPC" | "short";

export const FAULT_KINDS: readonly FaultKind[] = ["kill", "power", "EIO", "ENOSPC", "short"];

/** A file layer with a fault at moment number `moment`, from 0. */
export interface Faulty {
  readonly layer: FileLayer;
  readonly hasHappened: () => boolean;
  /** The files as the next process finds them. */
  readonly left: () => MemoryFiles;
}

export function faulty(files: MemoryFiles, kind: FaultKind, moment: number, seed: number): Faulty {
  if (kind === "short") return shortRead(files, moment);
  return faultyOver(bound(files), files, kind, moment, seed);
}

/** The same on a system that promises to sync and does not. */
export function faultyUnsynced(files: MemoryFiles, kind: FaultKind, moment: number, seed: number): Faulty {
  const lying = { ...bound(files), sync: () => {}, syncDirectory: () => {} };
  return faultyOver(lying, files, kind, moment, seed);
}

function faultyOver(layer: FileLayer, files: MemoryFiles, kind: FaultKind, moment: number, seed: number): Faulty {
  const isEnd = kind === "kill" || kind === "power";
  const failing = new FaultyFiles(layer, moment, isEnd ? "crash" : "error", kind === "ENOSPC" ? kind : "EIO");
  return {
    layer: failing.layer,
    hasHappened: () => failing.hasFailed,
    left: () => kind === "power" ? files.afterPowerCut(chances(seed * 100_003 + moment)) : files,
  };
}

function shortRead(files: MemoryFiles, moment: number): Faulty {
  let reads = 0;
  const layer = bound(files);
  const read: FileLayer["read"] = (handle, into, position) => {
    const isShort = reads++ === moment;
    return layer.read(handle, isShort ? into.subarray(0, into.length >> 1) : into, position);
  };
  return { layer: { ...layer, read }, hasHappened: () => reads > moment, left: () => files };
}

/** The methods as functions of their own. */
function bound(files: MemoryFiles): FileLayer {
  return {
    open: (path, mode) => files.open(path, mode),
    close: (handle) => files.close(handle),
    read: (handle, into, position) => files.read(handle, into, position),
    write: (handle, parts, position) => files.write(handle, parts, position),
    sync: (handle) => files.sync(handle),
    empty: (path) => files.empty(path),
    syncDirectory: (path) => files.syncDirectory(path),
    status: (path) => files.status(path),
    list: (path) => files.list(path),
    makeDirectory: (path) => files.makeDirectory(path),
    makeDirectories: (path) => files.makeDirectories(path),
    removeDirectory: (path) => files.removeDirectory(path),
    removeTree: (path) => files.removeTree(path),
    rename: (from, to) => files.rename(from, to),
    link: (from, to) => files.link(from, to),
    unlink: (path) => files.unlink(path),
    freeSpace: () => files.freeSpace(),
  };
}
