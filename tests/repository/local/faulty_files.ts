import type { FileLayer } from "../../../src/repository/local/files.ts";

/** What a test makes happen instead of a change to the file system. */
export class Fault extends Error {
  constructor(message: string, readonly code: "EIO" | "ENOSPC") {
    super(message);
  }
}

/**
 * - `crash`: after the fault nothing can be changed any more, as if the process had been killed
 * - `error`: everything goes on after it
 */
export type FaultKind = "crash" | "error";

/** A file layer whose change number `failing` (from 0) fails. A failing write writes half. */
export class FaultyFiles {
  #changes = 0;
  readonly layer: FileLayer;

  constructor(
    private readonly base: FileLayer,
    private readonly failing: number,
    private readonly kind: FaultKind,
    private readonly code: Fault["code"] = "EIO",
  ) {
    const guarded = <A extends unknown[], R>(method: (...args: A) => R) => (...args: A): R => {
      this.#count();
      return method.apply(base, args);
    };
    this.layer = {
      open: (path, mode) => mode === "read" ? base.open(path, mode) : guarded(base.open)(path, mode),
      close: (handle) => base.close(handle),
      read: (handle, into, position) => base.read(handle, into, position),
      write: (handle, parts, position) => this.#write(handle, parts, position),
      sync: guarded(base.sync),
      empty: guarded(base.empty),
      syncDirectory: guarded(base.syncDirectory),
      status: (path) => base.status(path),
      list: (path) => base.list(path),
      makeDirectory: guarded(base.makeDirectory),
      makeDirectories: guarded(base.makeDirectories),
      removeDirectory: guarded(base.removeDirectory),
      removeTree: guarded(base.removeTree),
      rename: guarded(base.rename),
      link: guarded(base.link),
      unlink: guarded(base.unlink),
      freeSpace: (path) => base.freeSpace(path),
    };
  }

  /** Whether the fault has happened. */
  get hasFailed(): boolean {
    return this.#changes > this.failing;
  }

  #write(handle: number, parts: readonly Uint8Array[], position: number): void {
    const isFirst = this.#changes === this.failing;
    const [first] = parts;
    if (isFirst && first) this.base.write(handle, [first.subarray(0, first.length / 2)], position);
    this.#count();
    this.base.write(handle, parts, position);
  }

  #count(): void {
    const number = this.#changes++;
    const fails = number === this.failing || (this.kind === "crash" && number > this.failing);
    if (fails) throw new Fault(`change ${number}`, this.code);
  }
}
