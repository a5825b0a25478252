import { BorgError } from "../../errors.ts";
import type { RepositoryMessages } from "../../repository/listener.ts";
import { failureText } from "../failures.ts";
import { formatFixed } from "../../encoding/fixed_point.ts";
import { formatSize } from "../../encoding/size.ts";
import type { Texts } from "./texts.ts";
import { unknownDigest } from "./unknown_digest.ts";

/** What repositories and locks have to tell. */
export const REPOSITORY_TEXTS: Texts<RepositoryMessages> = {
  "index.damaged": (_name, problem) =>
    `Repository index missing or corrupted, trying to recover from: ${problemText(problem)}`,
  "hints.damaged": (name, problem) =>
    `Repository hints ${name} cannot be used and are made anew: ${problemText(problem)}`,
  "digest.unknown": unknownDigest,
  "digest.verified": (path) => `Verified integrity of ${path}`,
  "transaction.cleaned": (segments, transaction) =>
    `Cleaned up ${segments} uncommitted segment files (== everything after segment ${transaction}).`,
  "space.checked": (required, available) => `check_free_space: required bytes ${required}, free bytes ${available}`,
  "compaction.segment": (segment, objects, freeable, size) =>
    `compacting segment ${segment} with usage count ${objects} ` +
    `(maybe freeable: ${formatFixed(100 * freeable / size, 2)}% [${freeable} bytes])`,
  "compaction.segmentMissing": (segment) => `segment ${segment} not found, but listed in compaction data`,
  "compaction.wrongCount": (segment, count) => `segment ${segment} has a wrong count of current objects: ${count}`,
  "compaction.freed": (bytes) => `compaction freed about ${formatSize(bytes, { iec: false })} repository space.`,
  "config.notErased": (path, reason) =>
    `The old ${path} could not be erased, its content may still be there: ${reason}`,
  "lock.staleRemoved": (path, holder) => `Removed stale lock ${path} of ${holder}.`,
  "lock.malformedHolder": (path, name) => `Found malformed lock ${name} in ${path}. Please check/fix manually.`,
  "check.started": () => "Starting repository check",
  "check.begunAt": (segment) => `skipping to segments >= ${segment}`,
  "check.noData": () => "This repository contains no valid data.",
  "check.commitMissing": (transaction) =>
    transaction < 0
      ? "No commit found in the segments."
      : `The commit of transaction ${transaction}, which has an index, is missing.`,
  "check.segmentDamaged": (problem) => `Data integrity error: ${problem}`,
  "check.segmentSalvaged": (path) => `attempting to recover ${path}`,
  "check.commitAdded": (segment) => `Adding commit tag to segment ${segment}`,
  "check.indexStarted": () => "Starting repository index check",
  "check.countMatch": () => "Index object count match.",
  "check.countMismatch": (committed, rebuilt) =>
    `Index object count mismatch.\ncommitted index: ${committed} objects\nrebuilt index:   ${rebuilt} objects`,
  "check.entryMismatch": (id, committed, rebuilt) =>
    `ID: ${id} rebuilt index: ${indexPlace(rebuilt)} committed index: ${indexPlace(committed)}`,
  "check.stoppedAfter": (segment) => `finished partial segment check, last segment checked is ${segment}`,
  "check.allSegments": (segment) => `finished segment check at segment ${segment}`,
  "check.finished": (partial) => `Finished ${partial ? "partial" : "full"} repository check, no problems found.`,
  "check.problemsFound": (partial) => `Finished ${partial ? "partial" : "full"} repository check, errors found.`,
  "check.repaired": () => "Finished full repository check, errors found and repaired.",
};

function problemText(problem: Error): string {
  return problem instanceof BorgError ? failureText(problem) : problem.message;
}

function indexPlace(place: string): string {
  return (place === "" ? "<not found>" : `(${place})`).padEnd(16);
}
