import type { ItemProblem } from "../archive/salvage.ts";
import type { Change, FileFacts, Unknown } from "../cache/files_cache.ts";
import type { BorgError } from "../errors.ts";

/** What the files cache is to remember of a file. */
export interface UpdatedFile {
  readonly facts: FileFacts;
  readonly timeName: "ctime" | "mtime";
  readonly chunks: number;
}

/** A chunk of a file of an archive, which holds the bytes from `first` to `end`. */
type FileChunk = [archive: string, path: string, first: number, end: number, idHex: string];

/** What operations have to tell beside problems of single files, by message id, with the values that the text names. */
export interface OperationMessages {
  /** Something of a deleted archive could not be read: some objects may be left that nothing refers to. */
  "delete.damaged": [];
  "delete.repairNeeded": [];
  /** What the files cache is asked and told, for the debug topic of that name. */
  "files_cache.unknown": [path: string, why: Unknown];
  "files_cache.changed": [path: string, why: Change, timeName: "ctime" | "mtime"];
  "files_cache.updated": [path: string, record: UpdatedFile];
  "files_cache.disabled": [];
  "check.started": [];
  /** There is no object at all. */
  "check.nothing": [];
  "check.passed": [];
  "check.failed": [];
  "check.verifyStarted": [];
  "check.chunkDamaged": [idHex: string, problem: BorgError];
  "check.chunksDamaged": [repair: boolean];
  /** An object that was damaged at first is not when it is read again. */
  "check.chunkKept": [idHex: string];
  "check.verifyFinished": [chunks: number, errors: number];
  "check.manifestMissing": [];
  "check.manifestDamaged": [problem: BorgError];
  "check.manifestRebuilding": [];
  "check.archiveFound": [name: string];
  "check.archiveNameTaken": [name: string, newName: string];
  "check.manifestRebuilt": [];
  "check.noArchive": [name: string];
  "check.noMatch": [glob: string];
  "check.analyzing": [archive: string, number: number, total: number];
  "check.archiveMissing": [idHex: string];
  "check.archiveDamaged": [idHex: string, problem: BorgError];
  /** The archive is whole, but not genuine or of a kind that is not known. */
  "check.archiveRefused": [idHex: string, problem: BorgError];
  /** `chunk`: number and id of a chunk of the item stream. */
  "check.itemChunkMissing": [chunk: string];
  "check.itemChunkDamaged": [chunk: string, problem: BorgError];
  "check.itemInvalid": [chunk: string, problem: ItemProblem];
  "check.fileChunkMissing": [...FileChunk, repair: boolean];
  /** A repair has put zeros in its place. */
  "check.fileChunkStillMissing": [...FileChunk];
  "check.replacementMissing": [...FileChunk, repair: boolean];
  "check.fileChunkFound": [...FileChunk, repair: boolean];
  "check.fileHealed": [archive: string, path: string, repair: boolean];
  "check.healthyListMismatch": [archive: string, path: string, repair: boolean];
  "check.sizeMismatch": [archive: string, path: string, size: number, chunksSize: number];
  "check.orphans": [count: number];
  "check.orphansSkipped": [];
  /** `superseded`: the objects that this repair has put others in place of. */
  "check.orphansDeleting": [orphans: number, superseded: number];
  "check.orphansDeleted": [];
  "check.writingManifest": [];
  "check.committing": [];
}
