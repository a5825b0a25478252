import type { RepositoryListener } from "../listener.ts";
import type { CommitOptions } from "../repository.ts";
import { COMMIT_SEGMENT_LENGTH, DELETE, type Entry, HEADER_LENGTH, PUT } from "./entry.ts";
import type { FileLayer } from "./files.ts";
import type { SegmentWriter } from "./segment_writer.ts";
import type { Segments } from "./segments.ts";
import type { State } from "./state.ts";

/** What a compaction works on. */
export interface Workplace {
  readonly files: FileLayer;
  readonly segments: Segments;
  readonly writer: SegmentWriter;
  readonly state: State;
  /** The transaction whose index is on the disk. */
  readonly settled: number | undefined;
  readonly listener: RepositoryListener;
}

/** What a plan is made of. */
export type Terrain = Pick<Workplace, "segments" | "state">;

export type CompactionOptions = Omit<CommitOptions, "compact">;

/** The share of a segment that must be freeable, unless one is given. */
const DEFAULT_THRESHOLD = 0.1;

/** What becomes of a segment in which something may be freed. */
export interface PlannedSegment {
  readonly segment: number;
  /** Bytes that nobody needs, as far as is known before its DELETEs are judged. */
  readonly freeable: number;
  /** `empty`: what is needed moves elsewhere and the segment goes; `keep`: not worth it; `forget`: it is not there. */
  readonly action: "empty" | "keep" | "forget";
}

/** A segment of which everything needed lies elsewhere. */
interface Unused {
  readonly segment: number;
  /** Whether it held PUTs that a DELETE in a later segment had undone. */
  readonly heldSuperseded: boolean;
}

/** Takes note of segments with nothing but a commit, of which hints written by old versions do not know. */
function countCommitSegments({ segments, state }: Terrain): void {
  for (const segment of segments.numbers()) {
    if (segments.size(segment) !== COMMIT_SEGMENT_LENGTH) continue;
    state.usage.segments.set(segment, 0);
    state.usage.compact.set(segment, HEADER_LENGTH);
  }
}

/** Judges each segment in which something may be freed, in ascending order. */
export function planCompaction(terrain: Terrain, options: CompactionOptions): PlannedSegment[] {
  const { threshold = DEFAULT_THRESHOLD, cleanupCommits = false } = options;
  if (cleanupCommits) countCommitSegments(terrain);
  const { segments, state } = terrain;
  const candidates = [...state.usage.compact].sort(([a], [b]) => a - b);
  return candidates.map(([segment, freeable]) => {
    const size = segments.size(segment);
    const action = size === 0 ? "forget" : freeable / size > threshold ? "empty" : "keep";
    return { segment, freeable, action };
  });
}

/**
 * Moves what is needed out of sparse segments and deletes these (format reference 2.11). Everything must be committed before.
 *
 * New data is always committed before old segments go.
 */
export class Compaction {
  #unused: Unused[] = [];
  /** Bytes of dropped PUTs: what BorgBackup counts. */
  #freed = 0;

  constructor(private readonly place: Workplace) {}

  /** Returns the segment of the last commit, which is the new transaction id. */
  run(plan: readonly PlannedSegment[]): number {
    const { listener } = this.place;
    plan.forEach((step, done) => {
      listener.progress("repository.compact_segments", done, plan.length);
      if (step.action === "empty") this.#empty(step);
      else if (step.action === "forget") this.#forget(step);
    });
    const transaction = this.place.writer.commit();
    this.#finishTransfer(transaction);
    this.place.segments.removeEmptyDirectories();
    this.place.files.syncDirectory(this.place.segments.root);
    listener.finished("repository.compact_segments");
    listener.log("info", "compaction.freed", this.#freed);
    return transaction;
  }

  #forget({ segment }: PlannedSegment): void {
    this.place.listener.log("warning", "compaction.segmentMissing", segment);
    this.place.state.usage.forgetSegment(segment);
  }

  #empty({ segment, freeable }: PlannedSegment): void {
    const { listener, segments, state } = this.place;
    const objects = state.usage.segments.get(segment) ?? 0;
    listener.log("debug", "compaction.segment", segment, objects, freeable, segments.size(segment));
    let heldSuperseded = false;
    for (const entry of segments.entries(segment)) {
      if (entry.tag === DELETE) this.#judgeDelete(segment, entry);
      else if (entry.tag === PUT && this.#isCurrent(segment, entry)) this.#move(segment, entry);
      else if (entry.tag === PUT) {
        this.#dropSuperseded(segment, entry);
        heldSuperseded = true;
      }
    }
    this.#unused.push({ segment, heldSuperseded });
  }

  #isCurrent(segment: number, { id, offset }: Entry): boolean {
    const { index } = this.place.state;
    const bucket = index.find(id);
    return bucket >= 0 && index.word(bucket, 0) === segment && index.word(bucket, 1) === offset;
  }

  #move(segment: number, { id, data }: Entry): void {
    const { writer, state } = this.place;
    this.#makeRoom(id);
    const target = writer.put(id, data);
    state.index.set(id, target.segment, target.offset);
    state.usage.countObjects(target.segment, 1);
    state.usage.countObjects(segment, -1);
  }

  #dropSuperseded(segment: number, { id, size }: Entry): void {
    this.place.state.usage.forgetShadow(id, segment);
    this.place.state.usage.quotaUse -= size;
    this.#freed += size;
  }

  #judgeDelete(segment: number, { id }: Entry): void {
    const { writer, state } = this.place;
    if (state.index.find(id) >= 0) return;
    if (this.#isNeeded(segment, id)) {
      this.#makeRoom(id);
      state.usage.deleteWritten(writer.delete(id).segment);
    } else if (state.usage.shadowsOf(id)?.length === 0) {
      state.usage.forgetShadows(id);
    }
  }

  /** Whether an older PUT of the id may still be there, which would be current again without the DELETE in `segment`. */
  #isNeeded(segment: number, id: Uint8Array): boolean {
    const { settled, state } = this.place;
    if (settled === undefined || segment > settled) return true;
    const shadows = state.usage.shadowsOf(id);
    return shadows === undefined || shadows.some((shadow) => shadow < segment);
  }

  /** Ends the transfer when the output segment takes no entry for `id` any more. */
  #makeRoom(id: Uint8Array): void {
    const { writer } = this.place;
    if (writer.mustRollOver(id)) this.#finishTransfer(writer.commitInPlace());
  }

  /** After the commit in segment `commit`: deletes the segments that it made superfluous. */
  #finishTransfer(commit: number): void {
    this.place.state.usage.commitWritten(commit);
    const directories = new Set<string>();
    for (const unused of this.#unused) directories.add(this.#remove(unused));
    for (const directory of directories) this.place.files.syncDirectory(directory);
    this.#unused = [];
  }

  /** Returns the directory that held the segment. */
  #remove({ segment, heldSuperseded }: Unused): string {
    const { files, segments, state, listener } = this.place;
    const count = state.usage.segments.get(segment) ?? 0;
    if (count !== 0) listener.log("warning", "compaction.wrongCount", segment, count);
    segments.remove(segment);
    state.usage.forgetSegment(segment);
    const directory = segments.directoryOf(segment);
    // A superseded PUT must be gone for good before the segment with its DELETE may go.
    if (heldSuperseded) files.syncDirectory(directory);
    return directory;
  }
}
