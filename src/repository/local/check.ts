import { toHex } from "../../encoding/bytes.ts";
import type { HashIndex } from "../../encoding/hash_index.ts";
import type { RepositoryMessages } from "../listener.ts";
import { CheckPosition } from "./check_position.ts";
import { DamagedEntry } from "./entry.ts";
import { hasCode } from "./files.ts";
import { applyEntries, type LogEntry } from "./replay.ts";
import { salvageSegment } from "./salvage.ts";
import { SegmentWriter } from "./segment_writer.ts";
import { emptyState } from "./state.ts";
import type { Target } from "./transaction.ts";

export interface CheckPlan {
  readonly repair: boolean;
  /** Seconds after which a partial check stops; 0 = a full check. Not together with `repair`. */
  readonly maxDuration: number;
  /** The index on the disk, to be compared; undefined when it cannot be read or shall be replaced. */
  readonly committed: HashIndex | undefined;
  /** Whether the position of a partial check can be stored. */
  readonly mayWrite: boolean;
}

/** One check of segments and index (format reference 11.1). Nobody else may use the store meanwhile. */
export class Check {
  #problems = false;
  readonly #state = emptyState();
  readonly #position: CheckPosition;
  readonly #started = performance.now();

  constructor(private readonly target: Target, private readonly plan: CheckPlan) {
    this.#position = new CheckPosition(target.files, target.path, target.listener);
  }

  /** False when there are problems that were not repaired. */
  run(): boolean {
    this.#tell("info", "check.started");
    const transaction = this.#transaction();
    if (transaction === undefined) {
      this.#report("check.noData");
      return false;
    }
    if (this.plan.repair) this.target.segments.removeAfter(transaction);
    this.#verifySegments(transaction);
    if (this.plan.repair) this.#writeFindings(transaction);
    else if (this.plan.committed) this.#compare(this.plan.committed, this.#state.index);
    this.#tellResult();
    return !this.#problems || this.plan.repair;
  }

  get #isPartial(): boolean {
    return this.plan.maxDuration > 0;
  }

  /** The last transaction, or what comes closest to it. */
  #transaction(): number | undefined {
    const { segments, snapshots } = this.target;
    return segments.lastCommitted() ?? snapshots.newest() ?? segments.numbers().at(-1);
  }

  #verifySegments(transaction: number): void {
    const { segments, listener } = this.target;
    const first = this.#firstSegment();
    const numbers = segments.numbers().filter((segment) => segment <= transaction && segments.size(segment) > 0);
    for (const [done, segment] of numbers.entries()) {
      listener.progress("repository.check", done, numbers.length);
      if (segment < first) continue;
      this.#verifySegment(segment);
      if (this.#isPartial && this.#isTimeUp()) return this.#stopAfter(segment);
    }
    if (this.plan.mayWrite) this.#position.clear();
    listener.finished("repository.check");
    this.#tell("info", "check.allSegments");
  }

  #firstSegment(): number {
    const last = this.#isPartial ? this.#position.load() : undefined;
    if (last === undefined) return 0;
    this.#tell("info", "check.resumed", last);
    return last + 1;
  }

  #isTimeUp(): boolean {
    return performance.now() - this.#started > this.plan.maxDuration * 1000;
  }

  #stopAfter(segment: number): void {
    if (this.plan.mayWrite) this.#position.save(segment);
    this.target.listener.finished("repository.check");
    this.#tell("info", "check.stoppedAfter", segment);
  }

  #verifySegment(segment: number): void {
    const entries = this.#soundEntries(segment);
    if (!this.#isPartial) applyEntries(this.target.segments, this.#state, segment, entries);
  }

  /** The entries of a segment, of which a damaged one has none unless it can be salvaged. */
  #soundEntries(segment: number): LogEntry[] {
    try {
      return this.#entries(segment);
    } catch (error) {
      if (!this.#isDamage(error)) throw error;
      this.#report("check.segmentDamaged", error instanceof DamagedEntry ? error.problem : error.message);
    }
    if (!this.plan.repair) return [];
    salvageSegment(this.target.files, this.target.segments, segment);
    this.#tell("warning", "check.segmentSalvaged", segment);
    return this.#entries(segment);
  }

  #entries(segment: number): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const { tag, offset, size, id } of this.target.segments.entries(segment)) {
      if (!this.#isPartial) entries.push({ tag, offset, size, id: id.slice() });
    }
    return entries;
  }

  /** A disk that cannot be read is a finding too, but nothing that may be "repaired" away: it may be readable elsewhere. */
  #isDamage(error: unknown): error is Error {
    return error instanceof DamagedEntry || (!this.plan.repair && hasCode(error, "EIO"));
  }

  /** Writes index and hints, after a commit if the last segment is none. */
  #writeFindings(transaction: number): void {
    const { segments, snapshots } = this.target;
    const { index, usage } = this.#state;
    const isCommitted = segments.lastCommitted() === transaction;
    snapshots.write(isCommitted ? transaction : this.#addCommit(transaction + 1), index, usage);
  }

  #addCommit(segment: number): number {
    const { files, segments, config } = this.target;
    this.#report("check.commitAdded", segment);
    new SegmentWriter(files, segments, segment, config.maxSegmentSize).commit();
    this.#state.usage.commitWritten(segment);
    return segment;
  }

  #compare(committed: HashIndex, rebuilt: HashIndex): void {
    if (this.#isPartial) return;
    if (committed.count !== rebuilt.count) this.#report("check.countMismatch", committed.count, rebuilt.count);
    for (let bucket = committed.next(-1); bucket >= 0; bucket = committed.next(bucket)) {
      const here = placeAt(committed, bucket);
      const there = placeAt(rebuilt, rebuilt.find(committed.bytes, committed.offsetOf(bucket)));
      if (here !== there) this.#report("check.entryMismatch", toHex(committed.idAt(bucket)), here, there);
    }
    for (let bucket = rebuilt.next(-1); bucket >= 0; bucket = rebuilt.next(bucket)) {
      if (committed.find(rebuilt.bytes, rebuilt.offsetOf(bucket)) >= 0) continue;
      this.#report("check.entryMismatch", toHex(rebuilt.idAt(bucket)), "", placeAt(rebuilt, bucket));
    }
  }

  #tellResult(): void {
    if (!this.#problems) this.#tell("info", "check.finished");
    else if (this.plan.repair) this.#tell("info", "check.repaired");
    else this.#tell("error", "check.problemsFound");
  }

  #report<M extends keyof RepositoryMessages>(message: M, ...data: RepositoryMessages[M]): void {
    this.#problems = true;
    this.#tell("error", message, ...data);
  }

  #tell<M extends keyof RepositoryMessages>(
    level: "info" | "warning" | "error",
    message: M,
    ...data: RepositoryMessages[M]
  ): void {
    this.target.listener.log(level, message, ...data);
  }
}

/** Empty when there is no such bucket. */
function placeAt(index: HashIndex, bucket: number): string {
  return bucket < 0 ? "" : `${index.word(bucket, 0)}:${index.word(bucket, 1)}`;
}
