import { BorgError } from "../errors.ts";
import { type RepositoryListener, SILENT } from "./listener.ts";
import type { FileLayer } from "./local/files.ts";
import { nodeFiles } from "./local/node_files.ts";
import type { HostIdentity } from "./locking/holder.ts";
import { LockDirectory } from "./locking/lock_directory.ts";
import { type LockKind, Roster } from "./locking/roster.ts";

/** Somebody else held the lock for as long as we were willing to wait. */
export class LockTimeout extends BorgError {
  constructor(path: string, options?: ErrorOptions) {
    super("LockTimeout", [path], options);
  }
}

/** The lock cannot be made, for instance because the directory may not be written. `data`: path and reason. */
export class LockFailed extends BorgError {
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super("LockFailed", [path, reason], options);
  }
}

export interface LockOptions {
  exclusive: boolean;
  /** Seconds to wait for other holders; undefined = for ever. */
  wait: number | undefined;
  listener?: RepositoryListener;
  files?: FileLayer;
  /** Asked again and again while `acquire` and `upgrade` wait; ends the wait by throwing. */
  checkAbort?: (() => void) | undefined;
}

/** How long to wait before looking again whether the last reader is gone. */
const READERS_INTERVAL = 200;

/** How often a wait asks whether it is to end, in milliseconds. */
const ABORT_INTERVAL = 50;

/**
 * A lock that many readers share or one writer has, between processes and machines (format reference 3). It is made of
 * `<base>.exclusive` and `<base>.roster`.
 */
export class Lock {
  readonly #directory: LockDirectory;
  readonly #roster: Roster;
  #held: LockKind | undefined;

  constructor(private readonly basePath: string, identity: HostIdentity, private readonly options: LockOptions) {
    const { files = nodeFiles, listener = SILENT } = options;
    this.#directory = new LockDirectory(`${basePath}.exclusive`, identity, files, listener);
    this.#roster = new Roster(`${basePath}.roster`, identity, files);
  }

  /** What is held now. */
  get held(): LockKind | undefined {
    return this.#held;
  }

  /** Waits for the lock. Throws LockTimeout or LockFailed. */
  async acquire(): Promise<void> {
    if (this.#held) return;
    if (this.options.exclusive) await this.#acquireExclusive();
    else await this.#withDirectory(() => this.#roster.add("shared"), this.#pause);
    this.#held ??= "shared";
  }

  /** Makes a shared lock exclusive. When that fails, the shared lock is still held. */
  async upgrade(): Promise<void> {
    if (this.#held === "shared") await this.#acquireExclusive();
  }

  /** May be called when the lock is not held. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held === "shared") await this.#withDirectory(() => this.#roster.remove("shared"), sleep);
    if (held !== "exclusive") return;
    this.#roster.remove("exclusive");
    this.#directory.release();
  }

  /** Removes the lock, whoever holds it. */
  breakLock(): void {
    this.#roster.delete();
    this.#directory.breakLock();
    this.#held = undefined;
  }

  async #acquireExclusive(): Promise<void> {
    const deadline = this.#deadline();
    const upgrading = this.#held === "shared";
    while (true) {
      await this.#takeDirectory(deadline, this.#pause);
      if (this.#becomeExclusive(upgrading)) return;
      if (performance.now() >= deadline) throw new LockTimeout(this.basePath);
      await this.#pause(READERS_INTERVAL);
    }
  }

  /** With the directory taken: keeps it when no reader is left, else gives it back. */
  #becomeExclusive(upgrading: boolean): boolean {
    let exclusive = false;
    try {
      if (upgrading) this.#roster.remove("shared");
      exclusive = !this.#roster.has("shared");
      if (exclusive) this.#roster.add("exclusive");
      else if (upgrading) this.#roster.add("shared");
    } finally {
      if (!exclusive) this.#directory.release();
    }
    if (exclusive) this.#held = "exclusive";
    return exclusive;
  }

  async #withDirectory(change: () => void, pause: Pause): Promise<void> {
    await this.#takeDirectory(this.#deadline(), pause);
    try {
      change();
    } finally {
      this.#directory.release();
    }
  }

  async #takeDirectory(deadline: number, pause: Pause): Promise<void> {
    const { wait } = this.options;
    const interval = wait === undefined ? 1000 : Math.min(60, wait / 10) * 1000;
    while (!this.#tryDirectory()) {
      if (performance.now() >= deadline) throw new LockTimeout(this.#directory.path);
      await pause(interval);
    }
  }

  /** Waits, unless the wait is to end: what is held already is still held then, and has to be released. */
  #pause: Pause = async (milliseconds) => {
    const { checkAbort } = this.options;
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) {
      checkAbort?.();
      await sleep(checkAbort ? Math.min(left, ABORT_INTERVAL) : left);
    }
    checkAbort?.();
  };

  #tryDirectory(): boolean {
    try {
      return this.#directory.tryAcquire();
    } catch (error) {
      throw new LockFailed(this.#directory.path, error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }

  #deadline(): number {
    return this.options.wait === undefined ? Infinity : performance.now() + this.options.wait * 1000;
  }
}

type Pause = (milliseconds: number) => Promise<void>;

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
