import { toHex } from "../../encoding/bytes.ts";
import type { HashIndex } from "../../encoding/hash_index.ts";
import type { RepositoryMessages } from "../listener.ts";
import { CheckPosition } from "./check_position.ts";
import { DamagedEntry } from "./entry.ts";
import { EntryList } from "./entry_list.ts";
import { EntryReader } from "./entry_reader.ts";
import { hasCode } from "./files.ts";
import { applyEntries } from "./replay.ts";
import { salvageSegment } from "./salvage.ts";
import { SegmentWriter } from "./segment_writer.ts";
import { emptyState } from "./state.ts";
import type { Target } from "./transaction.ts";

export interface CheckPlan {
  readonly repair: boolean;
  /** Seconds after which a partial check stops; 0 = a full check. Not together with `repair`. */
  readonly maxDuration: number;
  pace(): Promise<void>;
  /** The index of the last transaction, undefined when it cannot be had. Not called by a repair. */
  loadIndex(): Promise<HashIndex | undefined>;
  /** Whether the position of a partial check can be stored. */
  readonly mayWrite: boolean;
}

/** Bytes that are read between two calls of `pace`. */
const STRETCH = 16 << 20;

/** One check of segments and index (format reference 11.1). Nobody else may use the store meanwhile. */
export class Check {
  #problems = false;
  readonly #state = emptyState();
  readonly #position: CheckPosition;
  readonly #reader: EntryReader;
  readonly #entries = new EntryList();
  /** Bytes read since the last call of `pace`. */
  #unpaced = 0;
  readonly #started = performance.now();

  constructor(private readonly target: Target, private readonly plan: CheckPlan) {
    this.#position = new CheckPosition(target.files, target.path, target.listener);
    this.#reader = new EntryReader(target.files);
  }

  /** False when there are problems that were not repaired. */
  async run(): Promise<boolean> {
    this.#tell("info", "check.started");
    const transaction = this.#transaction();
    if (transaction === undefined) {
      this.#report("check.noData");
      return false;
    }
    if (this.plan.repair) await this.#repair(transaction);
    else await this.#examine(transaction);
    this.#tellResult();
    return !this.#problems || this.plan.repair;
  }

  async #examine(transaction: number): Promise<void> {
    const committed = this.#lacksCommit() || this.#isPartial ? undefined : await this.plan.loadIndex();
    await this.#verifySegments(transaction);
    if (committed) this.#compareIndex(committed, this.#state.index);
  }

  async #repair(transaction: number): Promise<void> {
    this.target.segments.removeAfter(transaction);
    this.#removeEmpty();
    await this.#verifySegments(transaction);
    this.#writeFindings(transaction);
  }

  /** Old versions take a file without a byte for a damaged segment. */
  #removeEmpty(): void {
    const { segments } = this.target;
    for (const segment of segments.numbers()) if (segments.size(segment) === 0) segments.remove(segment);
  }

  get #isPartial(): boolean {
    return this.plan.maxDuration > 0;
  }

  /**
   * The last transaction, or what comes closest to it. An index is only written after the commit of its transaction: when that
   * commit is gone, the segments before it are none the worse for it.
   */
  #transaction(): number | undefined {
    const { segments, snapshots } = this.target;
    const known = [segments.lastCommitted(), snapshots.newest()].filter((transaction) => transaction !== undefined);
    return known.length > 0 ? Math.max(...known) : segments.numbers().at(-1);
  }

  /**
   * Whether the commit is gone that the newest index belongs to: that index is all that tells of the objects since then, and
   * using it would throw it away.
   */
  #lacksCommit(): boolean {
    const log = this.target.segments.lastCommitted();
    const index = this.target.snapshots.newest() ?? -1;
    if (log !== undefined && index <= log) return false;
    this.#report("check.commitMissing", index);
    return true;
  }

  async #verifySegments(transaction: number): Promise<void> {
    const { segments, listener } = this.target;
    const first = this.#firstSegment();
    const numbers = segments.numbers().filter((segment) => segment <= transaction && segments.size(segment) > 0);
    for (const [done, segment] of numbers.entries()) {
      listener.progress("repository.check", done, numbers.length);
      if (segment < first) continue;
      await this.#verifySegment(segment);
      if (this.#isPartial && this.#isTimeUp()) return this.#stopAfter(segment);
    }
    if (this.plan.mayWrite) this.#position.clear();
    this.#tell("info", "check.allSegments", numbers.at(-1) ?? -1);
    listener.finished("repository.check");
  }

  #firstSegment(): number {
    if (!this.#isPartial) return 0;
    const first = (this.#position.load() ?? -1) + 1;
    this.#tell("info", "check.begunAt", first);
    return first;
  }

  #isTimeUp(): boolean {
    return performance.now() - this.#started > this.plan.maxDuration * 1000;
  }

  #stopAfter(segment: number): void {
    if (this.plan.mayWrite) this.#position.save(segment);
    this.#tell("info", "check.stoppedAfter", segment);
    this.target.listener.finished("repository.check");
  }

  async #verifySegment(segment: number): Promise<void> {
    if (!await this.#readSoundly(segment)) this.#entries.clear();
    if (!this.#isPartial) applyEntries(this.target.segments, this.#state, segment, this.#entries);
  }

  /** Whether the segment is sound, or could be salvaged. */
  async #readSoundly(segment: number): Promise<boolean> {
    try {
      await this.#read(segment);
      return true;
    } catch (error) {
      if (!this.#isDamage(error)) throw error;
      this.#report("check.segmentDamaged", error instanceof DamagedEntry ? error.problem : error.message);
    }
    if (!this.plan.repair) return false;
    salvageSegment(this.target.files, this.target.segments, segment);
    this.#tell("info", "check.segmentSalvaged", this.target.segments.pathOf(segment));
    await this.#read(segment);
    return true;
  }

  async #read(segment: number): Promise<void> {
    this.#entries.clear();
    await this.target.segments.visit(segment, this.#reader, () => {
      if (!this.#isPartial) this.#entries.add(this.#reader);
      this.#unpaced += this.#reader.size;
      if (this.#unpaced < STRETCH) return undefined;
      this.#unpaced = 0;
      return this.plan.pace();
    });
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
    const committed = isCommitted ? transaction : this.#addCommit(transaction + 1);
    this.#tell("info", "check.indexStarted");
    snapshots.write(committed, index, usage);
  }

  #addCommit(segment: number): number {
    const { files, segments, config } = this.target;
    this.#report("check.commitAdded", segment);
    new SegmentWriter(files, segments, segment, config.maxSegmentSize).commit();
    this.#state.usage.commitWritten(segment);
    return segment;
  }

  #compareIndex(committed: HashIndex, rebuilt: HashIndex): void {
    this.#tell("info", "check.indexStarted");
    if (committed.count !== rebuilt.count) this.#report("check.countMismatch", committed.count, rebuilt.count);
    else this.#tell("info", "check.countMatch");
    for (let bucket = committed.next(-1); bucket >= 0; bucket = committed.next(bucket)) {
      const there = rebuilt.find(committed.bytes, committed.offsetOf(bucket));
      if (!isSamePlace(committed, bucket, rebuilt, there)) {
        this.#mismatch(committed.idAt(bucket), placeAt(committed, bucket), placeAt(rebuilt, there));
      }
    }
    for (let bucket = rebuilt.next(-1); bucket >= 0; bucket = rebuilt.next(bucket)) {
      if (committed.find(rebuilt.bytes, rebuilt.offsetOf(bucket)) >= 0) continue;
      this.#mismatch(rebuilt.idAt(bucket), "", placeAt(rebuilt, bucket));
    }
  }

  #mismatch(id: Uint8Array, committed: string, rebuilt: string): void {
    this.#problems = true;
    this.#tell("warning", "check.entryMismatch", toHex(id), committed, rebuilt);
  }

  #tellResult(): void {
    if (!this.#problems) this.#tell("info", "check.finished", this.#isPartial);
    else if (this.plan.repair) this.#tell("info", "check.repaired");
    else this.#tell("error", "check.problemsFound", this.#isPartial);
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

function isSamePlace(committed: HashIndex, bucket: number, rebuilt: HashIndex, there: number): boolean {
  if (there < 0) return false;
  return committed.word(bucket, 0) === rebuilt.word(there, 0) && committed.word(bucket, 1) === rebuilt.word(there, 1);
}

/** Empty when there is no such bucket. */
function placeAt(index: HashIndex, bucket: number): string {
  return bucket < 0 ? "" : `${index.word(bucket, 0)}, ${index.word(bucket, 1)}`;
}
