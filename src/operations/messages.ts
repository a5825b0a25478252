import type { ItemProblem } from "../archive/salvage.ts";
import type { BorgError } from "../errors.ts";

/** What operations have to tell beside problems of single files, by message id, with the values that the text names. */
export interface OperationMessages {
  /** Something of a deleted archive could not be read: some objects may be left that nothing refers to. */
  "delete.damaged": [];
  "delete.repairNeeded": [];
  "check.started": [];
  "check.passed": [];
  "check.failed": [];
  "check.verifyStarted": [];
  "check.chunkDamaged": [idHex: string, problem: BorgError];
  "check.chunksDamaged": [];
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
  /** `first` and `end`: the bytes of the file that the chunk holds. */
  "check.fileChunkMissing": [archive: string, path: string, first: number, end: number, idHex: string];
  /** A repair has put zeros in its place. */
  "check.fileChunkStillMissing": [archive: string, path: string, first: number, end: number, idHex: string];
  "check.replacementMissing": [archive: string, path: string, first: number, end: number, idHex: string];
  "check.fileChunkFound": [archive: string, path: string, first: number, end: number, idHex: string];
  "check.fileHealable": [archive: string, path: string];
  "check.healthyListMismatch": [archive: string, path: string];
  "check.sizeMismatch": [archive: string, path: string, size: number, chunksSize: number];
  "check.orphans": [count: number];
  "check.orphansSkipped": [];
}
