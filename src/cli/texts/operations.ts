import type { Change } from "../../cache/files_cache.ts";
import { encodeText } from "../../encoding/path.ts";
import { pythonBytes } from "../render/python_bytes.ts";
import type { ItemProblem } from "../../archive/salvage.ts";
import type { OperationMessages } from "../../operations/messages.ts";
import { failureText } from "../failures.ts";
import type { Texts } from "./texts.ts";

const COMPLETE = "Archive consistency check complete";

/** What operations have to tell. */
export const OPERATION_TEXTS: Texts<OperationMessages> = {
  "delete.damaged": () => "forced deletion succeeded, but the deleted archive was corrupted.",
  "delete.repairNeeded": () => "borg check --repair is required to free all space.",
  "files_cache.unknown": (path, why) =>
    `UNKNOWN: ${why === "rechunk" ? "rechunking enforced" : `no file metadata in cache for: ${pathText(path)}`}`,
  "files_cache.changed": (path, why, timeName) =>
    `KNOWN-CHANGED: file ${changedFact(why, timeName)} has changed: ${pathText(path)}`,
  "files_cache.updated": (path, { facts, timeName, chunks }) =>
    `FILES-CACHE-UPDATE: put FileCacheEntry(age=0, inode=${facts.ino}, size=${facts.size}, cmtime=${
      facts[timeName]
    }, ` +
    `chunk_ids='[${chunks} entries]') [has ${timeName}] <- ${pathText(path)}`,
  "files_cache.disabled": () => "UNKNOWN: files cache disabled",
  "check.started": () => "Starting archive consistency check...",
  "check.nothing": () => "Repository contains no apparent data at all, cannot continue check/repair.",
  "check.passed": () => `${COMPLETE}, no problems found.`,
  "check.failed": () => `${COMPLETE}, problems found.`,
  "check.verifyStarted": () => "Starting cryptographic data integrity verification...",
  "check.chunkDamaged": (id, problem) => `chunk ${id}, integrity error: ${failureText(problem)}`,
  "check.chunksDamaged": (repair) =>
    repair
      ? "Found defect chunks. They will be deleted now, so affected files can get repaired now and maybe healed later."
      : "Found defect chunks. With --repair, they would get deleted, so affected files could get repaired then and " +
        "maybe healed later.",
  "check.chunkKept": (id) => `chunk ${id} is not deleted: it was sound when it was read again.`,
  "check.verifyFinished": (chunks, errors) =>
    `Finished cryptographic data integrity verification, verified ${chunks} chunks with ${errors} integrity errors.`,
  "check.manifestMissing": () => "Repository manifest not found!",
  "check.manifestDamaged": (problem) => `Repository manifest is corrupted: ${failureText(problem)}`,
  "check.manifestRebuilding": () => "Rebuilding missing manifest, this might take some time...",
  "check.archiveFound": (name) => `Found archive ${name}`,
  "check.archiveNameTaken": (name, newName) => `Duplicate archive name ${name}, storing as ${newName}`,
  "check.manifestRebuilt": () => "Manifest rebuild complete.",
  "check.noArchive": (name) => `Archive '${name}' not found.`,
  "check.noMatch": (glob) => `--glob-archives ${glob} does not match any archives`,
  "check.analyzing": (archive, number, total) => `Analyzing archive ${archive} (${number}/${total})`,
  "check.archiveMissing": (id) => `Archive metadata block ${id} is missing!`,
  "check.archiveDamaged": (id, problem) => `Archive metadata block ${id} is corrupted: ${failureText(problem)}`,
  "check.archiveRefused": (id, problem) => `Archive metadata block ${id} is not accepted: ${failureText(problem)}`,
  "check.itemChunkMissing": (chunk) => `item metadata chunk missing [chunk: ${chunk}]`,
  "check.itemChunkDamaged": (chunk, problem) => `${failureText(problem)} [chunk: ${chunk}]`,
  "check.itemInvalid": (chunk, problem) => `${itemProblem(problem)} [chunk: ${chunk}]`,
  "check.fileChunkMissing": (archive, path, first, end, id, repair) =>
    `${archive}: ${path}: New missing file chunk detected (Byte ${first}-${end}, Chunk ${id}). ` +
    (repair ? "Replacing with all-zero chunk." : "With --repair, it would be replaced by an all-zero chunk."),
  "check.fileChunkStillMissing": (archive, path, first, end, id) =>
    `${archive}: ${path}: Previously missing file chunk is still missing (Byte ${first}-${end}, Chunk ${id}). ` +
    "It has an all-zero replacement chunk already.",
  "check.replacementMissing": (archive, path, first, end, id, repair) =>
    `${archive}: ${path}: Missing all-zero replacement chunk detected (Byte ${first}-${end}, Chunk ${id}). ` +
    (repair ? "Generating new replacement chunk." : "With --repair, it would be generated anew."),
  "check.fileChunkFound": (archive, path, first, end, id, repair) =>
    repair
      ? `${archive}: ${path}: Healed previously missing file chunk! (Byte ${first}-${end}, Chunk ${id}).`
      : `${archive}: ${path}: Previously missing file chunk is there again (Byte ${first}-${end}, Chunk ${id}). ` +
        "With --repair, it would be healed.",
  "check.fileHealed": (archive, path, repair) =>
    repair
      ? `${archive}: ${path}: Completely healed previously damaged file!`
      : `${archive}: ${path}: Nothing of the previously damaged file is missing any more. ` +
        "With --repair, it would be healed.",
  "check.healthyListMismatch": (archive, path, repair) =>
    repair
      ? `${archive}: ${path}: Invalid chunks_healthy metadata removed!`
      : `${archive}: ${path}: Invalid chunks_healthy metadata found. With --repair, it would be removed.`,
  "check.sizeMismatch": (archive, path, size, chunksSize) =>
    `${archive}: ${path}: size inconsistency detected: size ${size}, chunks size ${chunksSize}`,
  "check.orphans": (count) => `${count} orphaned objects found!`,
  "check.orphansSkipped": () => "Orphaned objects check skipped (needs all archives checked).",
  "check.orphansDeleting": (orphans, superseded) =>
    `Deleting ${orphans} orphaned and ${superseded} superseded objects...`,
  "check.orphansDeleted": () => "Finished deleting orphaned/superseded objects.",
  "check.writingManifest": () => "Writing Manifest.",
  "check.committing": () => "Committing repo.",
};

function changedFact(why: Change, timeName: string): string {
  return { size: "size", inode: "inode number", time: timeName }[why];
}

function pathText(path: string): string {
  return pythonBytes(encodeText(path));
}

function itemProblem(problem: ItemProblem): string {
  switch (problem.kind) {
    case "bytes":
      return "Unpacker crashed while unpacking item metadata, trying to resync...";
    case "end":
      return "item metadata ends within an item";
    case "message":
      return `Did not get expected metadata dict when unpacking item metadata (${problem.reason})`;
  }
}
