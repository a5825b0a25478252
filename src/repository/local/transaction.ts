import { StorageQuotaExceeded } from "../errors.ts";
import type { CommitOptions } from "../repository.ts";
import { formatSize } from "../../encoding/size.ts";
import { Compaction, planCompaction, type Workplace } from "./compaction.ts";
import type { RepositoryConfig } from "./config.ts";
import { DamagedEntry, HEAD_LENGTH } from "./entry.ts";
import type { FileLayer } from "./files.ts";
import { demandFreeSpace } from "./free_space.ts";
import type { Sources } from "./loading.ts";
import { SegmentWriter } from "./segment_writer.ts";
import type { State } from "./state.ts";
import { logTransaction } from "./transaction_log.ts";

/** What a transaction writes to. */
export interface Target extends Sources {
  readonly files: FileLayer;
  readonly config: RepositoryConfig;
}

/**
 * The changes since a committed transaction. They go to new segments and to `state` at once (format reference 2.10). After a
 * failure nothing of it can be committed any more.
 */
export class Transaction {
  readonly #writer: SegmentWriter;
  /** Why this transaction must not be committed. */
  #doom: { error: unknown } | undefined;

  /** @param base the transaction that `state` belongs to; undefined before the first one */
  constructor(
    private readonly target: Target,
    readonly state: State,
    private readonly base: number | undefined,
  ) {
    const { files, segments, config } = target;
    this.#writer = new SegmentWriter(files, segments, (base ?? -1) + 1, config.maxSegmentSize);
  }

  put(id: Uint8Array, data: Uint8Array): void {
    this.#refuseWhenDoomed();
    try {
      const bucket = this.state.index.find(id);
      if (bucket >= 0) this.#supersede(id, bucket);
      const { segment, offset } = this.#writer.put(id, data);
      this.state.index.set(id, segment, offset);
      this.state.usage.added(segment, HEAD_LENGTH + data.length);
      this.#demandQuota();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Removes an object, which must be there. */
  delete(id: Uint8Array): void {
    this.#refuseWhenDoomed();
    try {
      const entry = this.state.index.find(id);
      this.#supersede(id, entry);
      this.state.index.remove(entry);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Makes everything durable (format reference 2.9). Returns the new transaction id. */
  commit(options: CommitOptions): number {
    this.#refuseWhenDoomed();
    const { files, path, snapshots, config } = this.target;
    const { index, usage } = this.state;
    demandFreeSpace(this.target, this.state);
    const segment = this.#writer.commit();
    usage.commitWritten(segment);
    const transaction = options.compact && !config.appendOnly ? this.#compact(options) : segment;
    if (config.appendOnly) logTransaction(files, path, transaction, new Date());
    snapshots.write(transaction, index, usage);
    return transaction;
  }

  /** Makes sure that what was written to `segment` can be read. */
  flush(segment: number): void {
    this.#writer.flush(segment);
  }

  /** Stops writing. What was written stays until the next transaction begins. */
  abandon(): void {
    this.#writer.abandon();
  }

  #supersede(id: Uint8Array, bucket: number): void {
    const { index, usage } = this.state;
    const segment = index.word(bucket, 0);
    this.#writer.flush(segment);
    const freeable = this.target.segments.entrySize(segment, index.word(bucket, 1), id);
    usage.superseded(segment, id, freeable);
    usage.deleteWritten(this.#writer.delete(id).segment);
  }

  #demandQuota(): void {
    const { storageQuota } = this.target.config;
    const { quotaUse } = this.state.usage;
    if (storageQuota === 0 || quotaUse <= storageQuota) return;
    throw new StorageQuotaExceeded(formatSize(storageQuota), formatSize(quotaUse));
  }

  #compact(options: CommitOptions): number {
    const place: Workplace = {
      files: this.target.files,
      segments: this.target.segments,
      listener: this.target.listener,
      writer: this.#writer,
      state: this.state,
      settled: this.base,
    };
    return new Compaction(place).run(planCompaction(place, options));
  }

  #refuseWhenDoomed(): void {
    if (this.#doom) throw this.#doom.error;
  }

  /** A damaged old entry is found before anything has changed; every other failure leaves something half done. */
  #fail(error: unknown): never {
    if (!(error instanceof DamagedEntry)) this.#doom = { error };
    throw error;
  }
}
