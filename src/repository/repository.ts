/** Length of an object id in bytes. */
export const ID_LENGTH = 32;

/** The id of the manifest: 32 zero bytes. */
export const MANIFEST_ID: Uint8Array = new Uint8Array(ID_LENGTH);

/** The longest object that can be stored, in bytes (format reference 2.3). */
export const MAX_DATA_SIZE = 20971479;

export interface CommitOptions {
  /** Rewrite sparse segments after the commit and delete what is no longer needed. Default false. */
  compact?: boolean;
  /** Share of a segment, 0 to 1, that must be freeable before compaction rewrites it. Default 0.1. */
  threshold?: number;
  /** Also drop the 17-byte commit-only segments of old versions. Default false. */
  cleanupCommits?: boolean;
}

export interface CheckOptions {
  repair?: boolean;
  /** Stop after this many seconds and remember the position; 0 = no limit. */
  maxDuration?: number;
  /** Called often, so that others have their turn; may throw to end the check. */
  pace?: () => Promise<void>;
}

/** A stored object that was found, but not read yet. */
export interface FoundObject {
  /** In bytes. */
  readonly length: number;
  /** Puts its bytes to the start of `target`. Throws IntegrityError when the stored entry is damaged. */
  copyTo(target: Uint8Array): void;
}

/**
 * The store of objects: 32-byte id to bytes, changed in transactions.
 *
 * Writes belong to one transaction that `commit` makes durable and `rollback` forgets; `get` sees them at once. The caller
 * owns every array it passes again as soon as the promise settles, and every array it receives. All methods throw
 * `BorgError`s; ids are never copied from untrusted sources without being 32 bytes long.
 */
export interface Repository {
  /** The repository's own 32-byte id. */
  readonly id: Uint8Array;
  /** The version of the program that answers, as an array of numbers (format reference 10.2). */
  readonly version: readonly number[];

  /** The object's bytes, in memory that is the caller's alone. Throws ObjectNotFound, or IntegrityError when the stored entry is damaged. */
  get(id: Uint8Array): Promise<Uint8Array>;
  /**
   * As `get`, for who has memory for the object: to be copied before anything is written. No promise where nothing has to be
   * waited for, and what `get` throws is then thrown at once.
   */
  find(id: Uint8Array): FoundObject | Promise<FoundObject>;
  /** Objects in the order of `ids`; throws at the first that is missing or damaged. May read ahead. */
  getMany(ids: Iterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Announces ids that `get` or `getMany` will ask for, in this order and all of them. May do nothing. */
  preload(ids: Iterable<Uint8Array>): void;
  /** Stores an object, replacing one of the same id. May return before the server answered: see `settle`. */
  put(id: Uint8Array, data: Uint8Array): Promise<void>;
  /** Removes an object. Throws ObjectNotFound. May return before the server answered: see `settle`. */
  delete(id: Uint8Array): Promise<void>;
  /** Waits until every put and delete has been answered; throws what they threw. */
  settle(): Promise<void>;
  /** Up to `limit` ids after `marker` in index order (unordered for the caller, but stable between writes). */
  list(limit?: number, marker?: Uint8Array): Promise<Uint8Array[]>;
  /** Up to `limit` ids of current objects after `marker`, in the order in which they lie in the log. */
  scan(limit: number, marker?: Uint8Array): Promise<Uint8Array[]>;
  /** Number of objects. */
  count(): Promise<number>;

  /** Makes the transaction durable: when this returns, a power cut cannot undo it. */
  commit(options?: CommitOptions): Promise<void>;
  /** Forgets the transaction. May be called at any time, and twice. */
  rollback(): Promise<void>;
  /** Deletes the whole repository from its storage. */
  destroy(): Promise<void>;
  /** Checks the storage itself (CRCs, index). Progress and problems go to the listener given at opening. False = problems. */
  check(options?: CheckOptions): Promise<boolean>;

  /** The key blob kept in the configuration; empty when there is none. */
  loadKey(): Promise<Uint8Array>;
  saveKey(blob: Uint8Array): Promise<void>;
  /** The stored "next free" nonce, undefined when there is none (format reference 6.5). */
  getFreeNonce(): Promise<bigint | undefined>;
  /** Raises the stored mark to `next`; throws when the stored value is not `expected` any more. */
  commitNonceReservation(next: bigint, expected: bigint | undefined): Promise<void>;

  /** Removes other holders' locks. */
  breakLock(): Promise<void>;
  /** Rolls back what is not committed and releases the lock. May be called twice. */
  close(): Promise<void>;
}
