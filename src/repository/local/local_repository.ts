// deno-lint-ignore-file require-await -- all is synchronous inside, but what it throws has to reject the promise
import { BorgError } from "../../errors.ts";
import { equal } from "../../encoding/bytes.ts";
import type { HashIndex } from "../../encoding/hash_index.ts";
import type { Ini } from "../../encoding/ini.ts";
import { decodeText, encodeText } from "../../encoding/path.ts";
import {
  AppendOnlyRefusal,
  AtticRepository,
  DoesNotExist,
  ExclusiveLockNeeded,
  InsufficientFreeSpaceError,
  InvalidRepository,
  InvalidRepositoryConfig,
  PathPermissionDenied,
} from "../errors.ts";
import type { RepositoryListener } from "../listener.ts";
import { Lock } from "../lock.ts";
import type { HostIdentity } from "../locking/holder.ts";
import { absolutePath } from "../paths.ts";
import { type CheckOptions, type CommitOptions, type FoundObject, ID_LENGTH, type Repository } from "../repository.ts";
import { VERSION } from "../version.ts";
import { Check } from "./check.ts";
import type { CompactionOptions, PlannedSegment } from "./compaction.ts";
import { interpretConfig, readConfig, type RepositoryConfig, SECTION, writeConfig } from "./config.ts";
import { createRepository, type CreationOptions, discardRepository } from "./creation.ts";
import { ATTIC_MAGIC } from "./entry.ts";
import { type FileLayer, hasCode } from "./files.ts";
import { nodeFiles } from "./node_files.ts";
import { readNonce, replaceNonce } from "./nonce.ts";
import { type LogEntry, type LogSelection, readLog, type SkippedSegment } from "./read_log.ts";
import { Segments } from "./segments.ts";
import { Snapshots } from "./snapshots.ts";
import { Store } from "./store.ts";
import type { Target } from "./transaction.ts";
import type { Usage } from "./usage.ts";

/**
 * - `none`: no lock is taken and nothing is written, except the key and what `breakLock` removes
 * - `shared`: for reading; becomes exclusive when an interrupted transaction has to be cleared up first
 * - `exclusive`: for writing
 * - `onWrite`: shared until the first write, for clients of the protocol that do not say what they want
 */
export type LockMode = "none" | "shared" | "exclusive" | "onWrite";

export interface AccessOptions {
  /** Seconds to wait for the lock; undefined = for ever. */
  lockWait: number | undefined;
  /** Asked again and again during that wait; ends it by throwing. */
  checkAbort?: () => void;
  identity: HostIdentity;
  listener: RepositoryListener;
  /** Forbids to free space, whatever the configuration says. */
  appendOnly?: boolean;
  /** Bytes, 0 = none; without it the configuration counts. */
  storageQuota?: number;
  files?: FileLayer;
}

export interface OpenOptions extends AccessOptions {
  lock: LockMode;
}

/** A repository in a directory of this machine. */
export class LocalRepository implements Repository {
  readonly version = VERSION;
  readonly #target: Target;
  readonly #store: Store;
  readonly #lock: Lock;
  readonly #mode: LockMode;
  /** Made by this object, and nothing was committed yet. */
  #isNew = false;

  private constructor(target: Target, lock: Lock, mode: LockMode) {
    this.#target = target;
    this.#store = new Store(target);
    this.#lock = lock;
    this.#mode = mode;
  }

  /** Makes an empty repository and opens it exclusively. When what follows fails, `destroy` removes it again. */
  static async create(path: string, options: AccessOptions & CreationOptions): Promise<LocalRepository> {
    const { files = nodeFiles, listener } = options;
    createRepository(files, absolutePath(path), options, listener);
    try {
      const repository = await LocalRepository.open(path, { ...options, lock: "exclusive" });
      repository.#isNew = true;
      return repository;
    } catch (error) {
      discardRepository(files, absolutePath(path));
      throw error;
    }
  }

  /** Throws DoesNotExist, InvalidRepository, InvalidRepositoryConfig, AtticRepository, LockTimeout, LockFailed. */
  static async open(path: string, options: OpenOptions): Promise<LocalRepository> {
    const root = absolutePath(path);
    demandRepository(options.files ?? nodeFiles, root);
    const lock = createLock(root, options);
    if (options.lock !== "none") await lock.acquire();
    try {
      const target = createTarget(root, options);
      refuseAttic(target);
      return new LocalRepository(target, lock, options.lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get id(): Uint8Array {
    return this.#target.config.id;
  }

  /** The absolute path of the repository's directory. */
  get path(): string {
    return this.#target.path;
  }

  async get(id: Uint8Array): Promise<Uint8Array> {
    demandId(id);
    if (!this.#store.isLoaded) await this.#load();
    return this.#store.get(id);
  }

  find(id: Uint8Array): FoundObject | Promise<FoundObject> {
    demandId(id);
    if (this.#store.isLoaded) return this.#store.find(id);
    return this.#load().then(() => this.#store.find(id));
  }

  async *getMany(ids: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (const id of ids) yield await this.get(id);
  }

  preload(): void {}

  async put(id: Uint8Array, data: Uint8Array): Promise<void> {
    demandId(id);
    if (!this.#canWrite) await this.#prepareWriting();
    this.#store.put(id, data);
  }

  async delete(id: Uint8Array): Promise<void> {
    demandId(id);
    if (!this.#canWrite) await this.#prepareWriting();
    this.#store.delete(id);
  }

  async settle(): Promise<void> {}

  async list(limit?: number, marker?: Uint8Array): Promise<Uint8Array[]> {
    if (!this.#store.isLoaded) await this.#load();
    return this.#store.list(limit, marker);
  }

  async scan(limit: number, marker?: Uint8Array): Promise<Uint8Array[]> {
    if (!this.#store.isLoaded) await this.#load();
    return this.#store.scan(limit, marker);
  }

  async count(): Promise<number> {
    if (!this.#store.isLoaded) await this.#load();
    return this.#store.index.count;
  }

  async commit(options: CommitOptions = {}): Promise<void> {
    await this.#prepareWriting();
    try {
      this.#store.commit(options);
    } catch (error) {
      if (this.#isNew && error instanceof InsufficientFreeSpaceError) await this.destroy();
      throw error;
    }
    this.#isNew = false;
  }

  /** What `commit` with `compact` would do now, when nothing else is to be committed. Needs the exclusive lock. */
  async planCompaction(options: CompactionOptions): Promise<PlannedSegment[]> {
    if (this.#target.config.appendOnly) return [];
    await this.#prepareWriting();
    return this.#store.planCompaction(options);
  }

  async rollback(): Promise<void> {
    this.#store.rollback();
  }

  async destroy(): Promise<void> {
    const { files, path, config } = this.#target;
    if (config.appendOnly && !this.#isNew) throw new AppendOnlyRefusal(path);
    await this.#demandExclusive();
    this.#store.forget();
    // Without it nobody takes what is left for a repository, should this be interrupted.
    files.unlink(`${path}/config`);
    files.removeTree(path);
  }

  async check({ repair = false, maxDuration = 0, pace = noPace }: CheckOptions = {}): Promise<boolean> {
    if (repair && maxDuration > 0) throw new RangeError("a check with a time limit cannot repair");
    if (repair && this.#target.config.appendOnly) throw new AppendOnlyRefusal(this.path);
    if (repair) await this.#demandExclusive();
    this.#store.rollback();
    const mayWrite = this.#lock.held === "exclusive";
    const loadIndex = () => this.#committedIndex();
    const sound = await new Check(this.#target, { repair, maxDuration, mayWrite, pace, loadIndex }).run();
    this.#store.forget();
    return sound;
  }

  async loadKey(): Promise<Uint8Array> {
    return encodeText((this.readConfig().get(SECTION, "key") ?? "").trim());
  }

  async saveKey(blob: Uint8Array): Promise<void> {
    const text = decodeText(blob);
    // Anything else might make the configuration unreadable, and whoever is served could do that.
    if (!/^[\n -~]*$/.test(text)) throw new BorgError("Error", ["a key must be lines of printable text"]);
    const config = this.readConfig();
    config.set(SECTION, "key", text);
    this.writeConfig(config);
  }

  async getFreeNonce(): Promise<bigint | undefined> {
    return readNonce(this.#target.files, this.path);
  }

  async commitNonceReservation(next: bigint, expected: bigint | undefined): Promise<void> {
    await this.#demandExclusive();
    replaceNonce(this.#target.files, this.path, next, expected);
  }

  async breakLock(): Promise<void> {
    this.#lock.breakLock();
  }

  async close(): Promise<void> {
    this.#store.forget();
    await this.#lock.release();
  }

  /** The entries of the segments as they are there, those that count no more or not yet too. */
  readLog(selection: LogSelection): Generator<LogEntry | SkippedSegment> {
    return readLog(this.#target.files, this.#target.segments, selection);
  }

  /** What is known of the use of segments. Needs the exclusive lock. */
  async usage(): Promise<Usage> {
    await this.#prepareWriting();
    return this.#store.usage();
  }

  /** The configuration as it is in its file. */
  readConfig(): Ini {
    return readConfig(this.#target.files, this.path);
  }

  /**
   * Replaces the configuration durably. What is open already goes on with the old one. Throws InvalidRepositoryConfig when the
   * repository could not be read with it.
   */
  writeConfig(config: Ini): void {
    const { segmentsPerDirectory } = interpretConfig(config, this.path);
    if (!this.#target.segments.wouldFit(segmentsPerDirectory)) {
      throw new InvalidRepositoryConfig(this.path, `segments_per_dir: there are segments elsewhere`);
    }
    writeConfig(this.#target.files, this.path, config, this.#target.listener);
  }

  /** Loads the index; when it must be made first, this takes the exclusive lock, or keeps it in memory without a lock. */
  async #load(): Promise<void> {
    if (this.#store.load()) return;
    // Nobody else can have done it meanwhile: our share of the lock is only given up for the whole of it.
    await this.#lock.upgrade();
    this.#store.recover(this.#lock.held === "exclusive");
  }

  get #canWrite(): boolean {
    return this.#lock.held === "exclusive" && this.#store.isLoaded;
  }

  async #prepareWriting(): Promise<void> {
    if (this.#lock.held !== "exclusive") await this.#demandExclusive();
    if (!this.#store.isLoaded) await this.#load();
  }

  async #demandExclusive(): Promise<void> {
    if (this.#lock.held === "exclusive") return;
    if (this.#mode !== "onWrite") throw new ExclusiveLockNeeded();
    await this.#lock.upgrade();
  }

  /** Undefined when no index can be had. */
  async #committedIndex(): Promise<HashIndex | undefined> {
    try {
      await this.#load();
      return this.#store.index;
    } catch (error) {
      if (error instanceof BorgError || hasCode(error, "EIO")) return undefined;
      throw error;
    }
  }
}

async function noPace(): Promise<void> {}

/** Throws DoesNotExist, InvalidRepository, PathPermissionDenied. */
export function demandRepository(files: FileLayer, root: string): void {
  try {
    const status = files.status(root);
    if (status === undefined) throw new DoesNotExist(root);
    if (!status.directory) throw new InvalidRepository(root);
    readConfig(files, root);
  } catch (error) {
    if (hasCode(error, "EACCES", "EPERM")) throw new PathPermissionDenied(root, { cause: error });
    throw error;
  }
}

/** The lock of a repository, not yet acquired. */
export function createLock(root: string, options: OpenOptions): Lock {
  const { lockWait: wait, checkAbort, identity, listener, files } = options;
  return new Lock(`${root}/lock`, identity, {
    exclusive: options.lock === "exclusive",
    wait,
    checkAbort,
    listener,
    ...(files && { files }),
  });
}

function createTarget(root: string, options: AccessOptions): Target {
  const { files = nodeFiles, listener } = options;
  const stored = interpretConfig(readConfig(files, root), root);
  const config: RepositoryConfig = {
    ...stored,
    appendOnly: stored.appendOnly || options.appendOnly === true,
    storageQuota: options.storageQuota ?? stored.storageQuota,
  };
  return {
    files,
    path: root,
    config,
    listener,
    segments: new Segments(files, root, stored.segmentsPerDirectory),
    snapshots: new Snapshots(files, root, listener),
  };
}

function refuseAttic({ segments, path }: Target): void {
  const newest = segments.numbers().at(-1);
  if (newest !== undefined && equal(segments.magic(newest), ATTIC_MAGIC)) throw new AtticRepository(path);
}

function demandId(id: Uint8Array): void {
  if (id.length !== ID_LENGTH) throw new RangeError(`an id of ${id.length} bytes`);
}
