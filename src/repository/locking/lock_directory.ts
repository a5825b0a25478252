import { randomBytes } from "node:crypto";
import { toHex } from "../../encoding/bytes.ts";
import type { RepositoryListener } from "../listener.ts";
import { type FileLayer, hasCode } from "../local/files.ts";
import { asHolder, formatHolder, type HostIdentity, isStale, parseHolder } from "./holder.ts";

/**
 * The primitive under all locks: a directory that holds one file, named after its holder. It comes into being by renaming a
 * prepared directory, which fails while another one holds a file (format reference 3).
 */
export class LockDirectory {
  readonly #ownName: string;

  constructor(
    readonly path: string,
    private readonly identity: HostIdentity,
    private readonly files: FileLayer,
    private readonly listener: RepositoryListener,
  ) {
    this.#ownName = formatHolder(asHolder(identity));
  }

  /** Takes the lock if it is free, after removing what dead processes left. False: somebody else holds it. */
  tryAcquire(): boolean {
    if (this.files.status(this.#ownFile)) return true;
    return this.#moveIntoPlace() || (this.#removeStale() && this.#moveIntoPlace());
  }

  /** Does nothing when the lock is not held. */
  release(): void {
    if (!this.files.status(this.#ownFile)) return;
    this.files.unlink(this.#ownFile);
    this.#removeEmpty();
  }

  /** Removes the lock, whoever holds it. */
  breakLock(): void {
    for (const name of this.#names()) this.#forget(name);
    this.#removeEmpty();
  }

  get #ownFile(): string {
    return `${this.path}/${this.#ownName}`;
  }

  #moveIntoPlace(): boolean {
    const prepared = `${this.path}.${toHex(randomBytes(6))}.tmp`;
    this.files.makeDirectory(prepared);
    try {
      this.files.close(this.files.open(`${prepared}/${this.#ownName}`, "create"));
      this.files.rename(prepared, this.path);
      return true;
    } catch (error) {
      this.files.removeTree(prepared);
      if (hasCode(error, "ENOTEMPTY", "EEXIST")) return false;
      throw error;
    }
  }

  /** True when no holder is left. */
  #removeStale(): boolean {
    for (const name of this.#names()) {
      const holder = parseHolder(name);
      if (!holder) {
        this.listener.log("error", "lock.malformedHolder", this.path, name);
      } else if (isStale(holder, this.identity)) {
        this.#forget(name);
        this.listener.log("warning", "lock.staleRemoved", this.path, name);
      }
    }
    return this.#removeEmpty();
  }

  #names(): string[] {
    try {
      return this.files.list(this.path);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  }

  #forget(name: string): void {
    try {
      this.files.unlink(`${this.path}/${name}`);
    } catch (error) {
      // Another process was faster.
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  #removeEmpty(): boolean {
    try {
      this.files.removeDirectory(this.path);
      return true;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return true;
      // Somebody took the lock meanwhile.
      if (hasCode(error, "ENOTEMPTY", "EEXIST")) return false;
      throw error;
    }
  }
}
