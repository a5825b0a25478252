import type { HashIndex } from "../../encoding/hash_index.ts";
import { CheckNeeded } from "../errors.ts";
import type { RepositoryListener } from "../listener.ts";
import { DELETE, PUT } from "./entry.ts";
import { replay } from "./replay.ts";
import type { Segments } from "./segments.ts";
import type { Snapshots } from "./snapshots.ts";
import { emptyState, type State } from "./state.ts";
import type { Usage } from "./usage.ts";

/** What is known of the newest transaction; the hints are only read for writing. */
export interface Loaded {
  /** Undefined before the first commit. */
  readonly transaction: number | undefined;
  readonly index: HashIndex;
  readonly usage?: Usage;
}

/** All that is known of a transaction that was committed. */
export interface Recovered extends State {
  readonly transaction: number;
}

/** Where a repository's knowledge is. */
export interface Sources {
  readonly path: string;
  readonly segments: Segments;
  readonly snapshots: Snapshots;
  readonly listener: RepositoryListener;
}

/**
 * The newest transaction, if its index is there and whole; else `recoverTransaction` has to do the work. Throws CheckNeeded
 * when there is an index and no commit (format reference 2.5).
 */
export function loadTransaction({ path, segments, snapshots }: Sources): Loaded | undefined {
  const transaction = segments.lastCommitted();
  const newest = snapshots.newest();
  if (transaction === undefined) {
    if (newest !== undefined) throw new CheckNeeded(path);
    return { transaction, ...emptyState() };
  }
  const index = newest === transaction ? snapshots.readIndex(transaction) : undefined;
  return index && { transaction, index };
}

/** The newest transaction, from the newest index and hints that are of use and the segments after them. */
export function recoverTransaction(sources: Sources): Recovered {
  const { segments, snapshots } = sources;
  const transaction = segments.lastCommitted();
  if (transaction === undefined) throw new CheckNeeded(sources.path);
  const newest = snapshots.newest();
  const older = newest !== undefined && newest < transaction ? readState(sources, newest) : undefined;
  const state = older ?? emptyState();
  replay(segments, state, { after: older ? newest! : -1, upTo: transaction }, sources.listener);
  return { transaction, ...state };
}

/** Index and hints of a transaction; undefined when one of them is missing or damaged. */
function readState(sources: Sources, transaction: number): State | undefined {
  const index = sources.snapshots.readIndex(transaction);
  const usage = index && readUsage(sources, transaction, index);
  return index && usage && { index, usage };
}

/** The hints of a transaction; undefined when they are missing or damaged. */
export function readUsage({ segments, snapshots }: Sources, transaction: number, index: HashIndex): Usage | undefined {
  const hints = snapshots.readHints(transaction);
  if (!hints) return undefined;
  for (const segment of hints.unmeasured) {
    hints.usage.compact.set(segment, measureFreeable(segments, index, segment));
  }
  return hints.usage;
}

/** Bytes of a segment that compaction could free. */
function measureFreeable(segments: Segments, index: HashIndex, segment: number): number {
  let freeable = 0;
  for (const { tag, id, offset, size } of segments.entries(segment)) {
    const bucket = tag === PUT ? index.find(id) : -1;
    const isCurrent = bucket >= 0 && index.word(bucket, 0) === segment && index.word(bucket, 1) === offset;
    if (tag === DELETE || (tag === PUT && !isCurrent)) freeable += size;
  }
  return freeable;
}
