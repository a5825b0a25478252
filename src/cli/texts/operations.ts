import type { BorgError } from "../../errors.ts";
import type { OperationMessages } from "../../operations/messages.ts";
import { failureText } from "../failures.ts";
import type { Texts } from "./texts.ts";

const COMPLETE = "Archive consistency check complete";

/** What operations have to tell. */
export const OPERATION_TEXTS: Texts<OperationMessages> = {
  "create.hardLinkedSymlink": (path) => `${path}: hard links of symbolic links are stored one by one`,
  "delete.damaged": () =>
    "Some of it could not be read, so objects may be left that nothing refers to: borg check --repair removes them.",
  "check.started": () => "Starting archive consistency check...",
  "check.passed": () => `${COMPLETE}, no problems found.`,
  "check.failed": () => `${COMPLETE}, problems found.`,
  "check.verifyStarted": () => "Starting cryptographic data integrity verification...",
  "check.chunkDamaged": (id, problem) => `chunk ${id}, integrity error: ${failureText(problem)}`,
  "check.chunksDamaged": () =>
    "Found defect chunks. With --repair, they would get deleted, so affected files could get repaired then and maybe " +
    "healed later.",
  "check.verifyFinished": (chunks, errors) =>
    `Finished cryptographic data integrity verification, verified ${chunks} chunks with ${errors} integrity errors.`,
  "check.manifestMissing": () => "Repository manifest not found!",
  "check.manifestDamaged": (problem) => `Repository manifest is corrupted: ${failureText(problem)}`,
  "check.manifestRebuilding": () => "Rebuilding missing manifest, this might take some time...",
  "check.archiveFound": (name) => `Found archive ${name}`,
  "check.archiveNameTaken": (name, newName) => `Duplicate archive name ${name}, storing as ${newName}`,
  "check.manifestRebuilt": () => "Manifest rebuild complete.",
  "check.analyzing": (archive, number, total) => `Analyzing archive ${archive} (${number}/${total})`,
  "check.archiveMissing": (id) => `Archive metadata block ${id} is missing!`,
  "check.archiveDamaged": (id, problem) => `Archive metadata block ${id} is corrupted: ${failureText(problem)}`,
  "check.archiveUnauthenticated": (archive, problem) => `Archive ${archive}: ${failureText(problem)}`,
  "check.itemChunkMissing": (chunk) => `item metadata chunk missing [${chunk}]`,
  "check.itemChunkDamaged": (chunk, problem: BorgError) => `item metadata chunk ${chunk}: ${failureText(problem)}`,
  "check.itemInvalid": (problem) => `item metadata is invalid: ${problem}`,
  "check.fileChunkMissing": (archive, path, first, end, id) =>
    `${archive}: ${path}: New missing file chunk detected (Byte ${first}-${end}, Chunk ${id}).`,
  "check.fileChunkStillMissing": (archive, path, first, end, id) =>
    `${archive}: ${path}: Previously missing file chunk is still missing (Byte ${first}-${end}, Chunk ${id}).`,
  "check.fileChunkHealed": (archive, path, first, end, id) =>
    `${archive}: ${path}: Healed previously missing file chunk! (Byte ${first}-${end}, Chunk ${id}).`,
  "check.fileHealed": (archive, path) => `${archive}: ${path}: Completely healed previously damaged file!`,
  "check.healthyListMismatch": (archive, path) =>
    `${archive}: ${path}: the lists of present and of healthy chunks do not match; the latter is dropped.`,
  "check.sizeMismatch": (archive, path, size, chunksSize) =>
    `${archive}: ${path}: file size ${size} differs from the size of its chunks, ${chunksSize}.`,
  "check.orphans": (count) => `${count} orphaned objects found!`,
  "check.orphansSkipped": () => "Orphaned objects check skipped (needs all archives checked).",
};
