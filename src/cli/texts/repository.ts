import type { RepositoryMessages } from "../../repository/listener.ts";
import { formatSize } from "../../encoding/size.ts";
import type { Texts } from "./texts.ts";

const PARTIAL = "Finished partial segment check";

/** What repositories and locks have to tell. */
export const REPOSITORY_TEXTS: Texts<RepositoryMessages> = {
  "index.damaged": (name, problem) => `Repository index ${name} cannot be used and is made anew: ${problem}`,
  "hints.damaged": (name, problem) => `Repository hints ${name} cannot be used and are made anew: ${problem}`,
  "compaction.segmentMissing": (segment) => `segment ${segment} not found, but listed in compaction data`,
  "compaction.wrongCount": (segment, count) => `segment ${segment} has a wrong count of current objects: ${count}`,
  "compaction.freed": (bytes) => `compaction freed about ${formatSize(bytes, { iec: false })} repository space.`,
  "config.notErased": (path, reason) =>
    `The old ${path} could not be erased, its content may still be there: ${reason}`,
  "lock.staleRemoved": (path, holder) => `Removed stale lock ${path} of ${holder}.`,
  "lock.malformedHolder": (path, name) => `Found malformed lock ${name} in ${path}. Please check/fix manually.`,
  "check.started": () => "Starting repository check",
  "check.resumed": (segment) => `Going on behind segment ${segment}`,
  "check.noData": () => "Repository contains no valid data.",
  "check.segmentDamaged": (problem) => problem,
  "check.segmentSalvaged": (segment) => `attempting to recover segment ${segment}`,
  "check.commitAdded": (segment) => `Adding commit tag to segment ${segment}`,
  "check.countMismatch": (committed, rebuilt) =>
    `Index object count mismatch: the committed index has ${committed} objects, the rebuilt one ${rebuilt}`,
  "check.entryMismatch": (id, committed, rebuilt) =>
    `Index mismatch for key ${id}: committed index ${committed || "without it"}, rebuilt index ${
      rebuilt || "without it"
    }`,
  "check.stoppedAfter": (segment) => `${PARTIAL}, last segment checked is ${segment}`,
  "check.allSegments": () => `${PARTIAL}, all segments have been checked.`,
  "check.finished": () => "Finished full repository check, no problems found.",
  "check.problemsFound": () => "Finished full repository check, errors found.",
  "check.repaired": () => "Completed repository check, errors found and repaired.",
};
