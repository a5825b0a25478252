export type LogLevel = "debug" | "info" | "warning" | "error";

/** What a store or a lock has to tell, by message id, with the values that the text names. */
export interface RepositoryMessages {
  /** An index file cannot be used and is made again from the segments. */
  "index.damaged": [name: string, problem: Error];
  /** A hints file cannot be used; hints and index are made again from the segments. */
  "hints.damaged": [name: string, problem: Error];
  /** A file was digested by an algorithm that is not known, so that nobody can tell whether it is damaged. */
  "digest.unknown": [path: string, algorithm: string];
  /** The digest of a file is as it was. */
  "digest.verified": [path: string];
  /** Segments above the newest transaction were deleted, for they were never committed. */
  "transaction.cleaned": [segments: number, transaction: number];
  /** Bytes that a commit may need, and that there are. */
  "space.checked": [required: number, available: number];
  /** A segment is emptied: objects that count, and bytes that can be freed of `size`. */
  "compaction.segment": [segment: number, objects: number, freeable: number, size: number];
  /** Compaction knows of a segment that is not there. */
  "compaction.segmentMissing": [segment: number];
  /** A segment without current objects was counted as having some, or fewer than none. */
  "compaction.wrongCount": [segment: number, count: number];
  "compaction.freed": [bytes: number];
  /** The old configuration may still be readable on the disk. */
  "config.notErased": [path: string, reason: string];
  "lock.staleRemoved": [path: string, holder: string];
  /** A name in the lock directory that is no holder's; it is kept. */
  "lock.malformedHolder": [path: string, name: string];
  "check.started": [];
  /** A partial check begins with this segment. */
  "check.begunAt": [segment: number];
  "check.noData": [];
  "check.segmentDamaged": [problem: string];
  "check.segmentSalvaged": [path: string];
  "check.commitAdded": [segment: number];
  /** There is no commit, or none of the transaction that has an index (-1: there is none). */
  "check.commitMissing": [transaction: number];
  "check.indexStarted": [];
  "check.countMatch": [];
  "check.countMismatch": [committed: number, rebuilt: number];
  /** The position of an object in both indexes as "segment, offset", empty when it is not there. */
  "check.entryMismatch": [idHex: string, committed: string, rebuilt: string];
  "check.stoppedAfter": [lastSegment: number];
  "check.allSegments": [lastSegment: number];
  "check.finished": [partial: boolean];
  "check.problemsFound": [partial: boolean];
  "check.repaired": [];
}

export type RepositoryOperation = "repository.check" | "repository.compact_segments" | "repository.replay_segments";

/** Hears what a store does. The words and their rendering are the command line's business. */
export interface RepositoryListener {
  log<M extends keyof RepositoryMessages>(level: LogLevel, message: M, ...data: RepositoryMessages[M]): void;
  /** `current` of `total` steps are done, and the next one begins. */
  progress(operation: RepositoryOperation, current: number, total: number): void;
  /** The operation's last step is done. */
  finished(operation: RepositoryOperation): void;
}

/** For those who do not want to hear anything. */
export const SILENT: RepositoryListener = {
  log: () => {},
  progress: () => {},
  finished: () => {},
};
