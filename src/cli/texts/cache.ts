import type { CacheMessages, CacheProblem } from "../../cache/listener.ts";
import { BorgError } from "../../errors.ts";
import { failureText } from "../failures.ts";
import type { Texts } from "./texts.ts";
import { unknownDigest } from "./unknown_digest.ts";

/** What the local cache has to tell. */
export const CACHE_TEXTS: Texts<CacheMessages> = {
  "cache.created": (path) => `Made a new cache: ${path}`,
  "cache.adHoc": () => "Note: --no-cache-sync is an experimental feature.",
  "cache.wiped": (path, problem) => `The cache ${path} cannot be used and is made anew: ${problemText(problem)}`,
  "files.damaged": (path, problem) =>
    `The files cache ${path} cannot be used, all files will be read: ${problemText(problem)}`,
  "digest.unknown": unknownDigest,
  "archive_index.damaged": (path) => `The index ${path} of an archive cannot be used and is made anew.`,
  "files_cache.loading": () => "FILES-CACHE-LOAD: starting...",
  "files_cache.loaded": (count) => `FILES-CACHE-LOAD: finished, ${count} entries loaded.`,
  "files_cache.saving": () => "FILES-CACHE-SAVE: starting...",
  "files_cache.agedDropped": (ttl) => `FILES-CACHE-KILL: removed all old entries with age >= TTL [${ttl}]`,
  "files_cache.newestDropped": (time) => `FILES-CACHE-KILL: removed all current entries with newest cmtime ${time}`,
  "files_cache.saved": (count) => `FILES-CACHE-SAVE: finished, ${count} remaining entries saved.`,
  "digest.verified": (path) => `Verified integrity of ${path}`,
  "access.granted": (location, timestamp) =>
    `security: repository checks ok, allowing access to ${location} with the manifest of ${timestamp}`,
  "sync.started": () => "Synchronizing chunks cache...",
  "sync.found": (archives, indexes, outdated, missing) =>
    `Archives: ${archives}, w/ cached Idx: ${indexes}, w/ outdated Idx: ${outdated}, w/o cached Idx: ${missing}.`,
  "sync.indexKept": (archive) => `Reading cached archive chunk index for ${archive} ...`,
  "sync.reading": (archive, kept) => `Fetching ${kept ? "and building " : ""}archive index for ${archive} ...`,
  "sync.merging": () => "Merging into master chunks index ...",
  "sync.finished": () => "Done.",
};

const PROBLEMS: Readonly<Record<Exclude<CacheProblem, Error>, string>> = {
  "foreign": "not the configuration of this cache",
  "features": "the repository has features that it was not made for",
  "no-chunks": "its chunk index is missing",
};

function problemText(problem: CacheProblem): string {
  if (typeof problem === "string") return PROBLEMS[problem];
  return problem instanceof BorgError ? failureText(problem) : problem.message;
}
