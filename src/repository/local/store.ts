import { IntegrityError } from "../../errors.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { HashIndex } from "../../encoding/hash_index.ts";
import { CheckNeeded, InsufficientFreeSpaceError, ObjectNotFound } from "../errors.ts";
import { type CommitOptions, type FoundObject, MAX_DATA_SIZE } from "../repository.ts";
import { type CompactionOptions, planCompaction, type PlannedSegment } from "./compaction.ts";
import { COMMIT } from "./entry.ts";
import { hasCode } from "./files.ts";
import { type Loaded, loadTransaction, readUsage, type Recovered, recoverTransaction } from "./loading.ts";
import { LogOrder } from "./log_order.ts";
import type { State } from "./state.ts";
import { type Target, Transaction } from "./transaction.ts";
import { logTransaction } from "./transaction_log.ts";
import type { Usage } from "./usage.ts";

/**
 * The objects of a local repository. It knows nothing of locks: who calls `recover` or writes must hold the exclusive one.
 * `load` or `recover` comes before all else.
 */
export class Store {
  #loaded: Loaded | undefined;
  #transaction: Transaction | undefined;
  #order: LogOrder | undefined;

  constructor(private readonly target: Target) {}

  get isLoaded(): boolean {
    return this.#loaded !== undefined;
  }

  /** Reads the index of the newest transaction. False: it is missing, old or damaged, and `recover` is needed. */
  load(): boolean {
    this.#loaded = loadTransaction(this.target);
    return this.#loaded !== undefined;
  }

  /**
   * Makes the index of the newest transaction from the segments.
   *
   * @param keep whether to write it to the disk, for the next time
   */
  recover(keep: boolean): void {
    if (keep) this.#recoverAll();
    else this.#loaded = recoverTransaction(this.target);
  }

  /** Forgets what was loaded, and the open transaction. */
  forget(): void {
    this.#transaction?.abandon();
    this.#transaction = undefined;
    this.#loaded = undefined;
    this.#order = undefined;
    this.target.segments.close();
  }

  /** Forgets the changes since the last commit. */
  rollback(): void {
    if (this.#transaction) this.forget();
  }

  get index(): HashIndex {
    if (!this.#loaded) throw new Error("the store was not loaded");
    return this.#loaded.index;
  }

  get(id: Uint8Array): Uint8Array {
    const [segment, offset] = this.#locate(id);
    return this.target.segments.readObject(segment, offset, id);
  }

  find(id: Uint8Array): FoundObject {
    const [segment, offset] = this.#locate(id);
    return this.target.segments.findObject(segment, offset, id);
  }

  list(limit = Infinity, marker?: Uint8Array): Uint8Array[] {
    const { index } = this;
    const ids: Uint8Array[] = [];
    let bucket = index.next(marker ? this.#bucketOf(marker) : -1);
    for (; bucket >= 0 && ids.length < limit; bucket = index.next(bucket)) ids.push(index.idAt(bucket));
    return ids;
  }

  scan(limit: number, marker?: Uint8Array): Uint8Array[] {
    if (limit < 1) throw new RangeError(`not a limit of a scan: ${limit}`);
    const ids: Uint8Array[] = [];
    this.#order ??= new LogOrder(this.index);
    for (const bucket of this.#order.after(marker && this.#bucketOf(marker))) {
      ids.push(this.index.idAt(bucket));
      if (ids.length === limit) break;
    }
    return ids;
  }

  put(id: Uint8Array, data: Uint8Array): void {
    if (data.length > MAX_DATA_SIZE) {
      throw new IntegrityError(`More than allowed put data [${data.length} > ${MAX_DATA_SIZE}]`);
    }
    this.#write((transaction) => transaction.put(id, data));
  }

  delete(id: Uint8Array): void {
    this.#bucketOf(id);
    this.#write((transaction) => transaction.delete(id));
  }

  /** What a compaction would do now. Forgets what was loaded. */
  planCompaction(options: CompactionOptions): PlannedSegment[] {
    try {
      return planCompaction({ segments: this.target.segments, state: this.#stateForWriting() }, options);
    } finally {
      this.forget();
    }
  }

  /** What the hints of the newest transaction say; made anew when they are missing or damaged. */
  usage(): Usage {
    return this.#stateForWriting().usage;
  }

  commit(options: CommitOptions): void {
    const open = this.#begin();
    try {
      const transaction = open.commit(options);
      const { index, usage } = open.state;
      this.#loaded = { transaction, index, usage };
      this.#transaction = undefined;
      this.#order = undefined;
    } catch (error) {
      if (isSpaceError(error)) this.#removeUncommitted();
      this.forget();
      throw error;
    }
  }

  #write(change: (transaction: Transaction) => void): void {
    const transaction = this.#begin();
    this.#order = undefined;
    try {
      change(transaction);
    } catch (error) {
      if (isSpaceError(error)) this.#removeUncommitted();
      throw error;
    }
  }

  /** Begins a transaction unless there is one: what earlier ones left uncommitted is deleted. */
  #begin(): Transaction {
    if (this.#transaction) return this.#transaction;
    const transaction = this.#loaded?.transaction;
    if (transaction === undefined) this.#removeAbandonedStart();
    else this.#removeAfter(transaction);
    this.#transaction = new Transaction(this.target, this.#stateForWriting(), transaction);
    return this.#transaction;
  }

  #stateForWriting(): State {
    const { index } = this;
    const { transaction, usage } = this.#loaded!;
    const known = usage ?? (transaction === undefined ? undefined : readUsage(this.target, transaction, index));
    if (!known) return this.#recoverAll();
    if (transaction !== undefined) known.forgetShadowsAfter(transaction);
    return { index, usage: known };
  }

  #recoverAll(): Recovered {
    const recovered = recoverTransaction(this.target);
    this.#keep(recovered);
    this.#loaded = recovered;
    return recovered;
  }

  #keep({ transaction, index, usage }: Recovered): void {
    const { files, path, config, snapshots } = this.target;
    if (config.appendOnly) logTransaction(files, path, transaction, new Date());
    snapshots.write(transaction, index, usage);
  }

  /**
   * Deletes the segments of a first transaction that was not committed. When there are commits that cannot be trusted, or
   * damage that a crash does not explain, nothing is deleted.
   */
  #removeAbandonedStart(): void {
    const { segments, path } = this.target;
    const synced = segments.numbers().slice(0, -1);
    for (const segment of synced) {
      for (const { tag } of segments.entries(segment)) if (tag === COMMIT) throw new CheckNeeded(path);
    }
    segments.removeAfter(-1);
  }

  #removeAfter(transaction: number): void {
    const removed = this.target.segments.removeAfter(transaction);
    this.target.listener.log("debug", "transaction.cleaned", removed, transaction);
  }

  /** Gives space back at once. */
  #removeUncommitted(): void {
    const { segments } = this.target;
    this.#transaction?.abandon();
    segments.removeAfter(Math.max(segments.lastCommitted() ?? -1, this.#loaded?.transaction ?? -1));
  }

  /** Where the object is, all of it, in the segment files. */
  #locate(id: Uint8Array): [segment: number, offset: number] {
    const bucket = this.#bucketOf(id);
    const segment = this.index.word(bucket, 0);
    this.#transaction?.flush(segment);
    return [segment, this.index.word(bucket, 1)];
  }

  #bucketOf(id: Uint8Array): number {
    const bucket = this.index.find(id);
    if (bucket < 0) throw new ObjectNotFound(toHex(id), this.target.path);
    return bucket;
  }
}

function isSpaceError(error: unknown): boolean {
  return error instanceof InsufficientFreeSpaceError || hasCode(error, "ENOSPC", "EDQUOT");
}
