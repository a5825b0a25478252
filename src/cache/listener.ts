/** Why a cache cannot be used. */
export type CacheProblem = "foreign" | "features" | "no-chunks" | Error;

/** What a cache has to tell, by message id, with the values that the text names. */
export interface CacheMessages {
  /** A cache was made for a repository that had none. */
  "cache.created": [path: string];
  /** The cache is out of date and stays so: one for this run alone takes its place. */
  "cache.adHoc": [];
  /** The cache cannot be used: it is damaged or of another program's doing. It is built anew. */
  "cache.wiped": [path: string, problem: CacheProblem];
  /** A file was digested by an algorithm that is not known, so that nobody can tell whether it is damaged. */
  "digest.unknown": [path: string, algorithm: string];
  /** The files cache is damaged: every file will be read. */
  "files.damaged": [path: string, problem: Error];
  /** The index of one archive is damaged: it is built anew. */
  "archive_index.damaged": [path: string];
  /** What the files cache is at, for the debug topic of that name. */
  "files_cache.loading": [];
  "files_cache.loaded": [count: number];
  "files_cache.saving": [];
  /** What was not seen for `ttl` runs was left out, and what is as new as the newest that was memorised. */
  "files_cache.agedDropped": [ttl: number];
  "files_cache.newestDropped": [time: bigint];
  "files_cache.saved": [count: number];
  /** The digest of a file is as it was. */
  "digest.verified": [path: string];
  /** A repository was compared with what is remembered of it, and may be used. */
  "access.granted": [location: string, timestamp: string];
  "sync.started": [];
  /** How many archives there are, and indexes of archives: in all, of archives that are gone, and missing ones. */
  "sync.found": [archives: number, indexes: number, outdated: number, missing: number];
  /** The index of an archive has been kept. */
  "sync.indexKept": [archive: string];
  /** An archive has to be read; `kept`: its index will be kept. */
  "sync.reading": [archive: string, kept: boolean];
  "sync.merging": [];
  "sync.finished": [];
}

/** The steps of `cache.begin_transaction` and `cache.commit` are those of the files `config`, `chunks` and `files`. */
export type CacheOperation = "cache.begin_transaction" | "cache.commit" | "cache.sync";

/** Hears what a cache does. The words and their rendering are the command line's business. */
export interface CacheListener {
  log<M extends keyof CacheMessages>(level: "debug" | "info" | "warning", message: M, ...data: CacheMessages[M]): void;
  /** Step `current` of `total` begins; `subject`: what it is about, an archive's name for instance. */
  progress(operation: CacheOperation, current: number, total: number, subject?: string): void;
  finished(operation: CacheOperation): void;
}

export const SILENT: CacheListener = { log: () => {}, progress: () => {}, finished: () => {} };
