import type { BorgError } from "../errors.ts";

/** What operations have to tell beside problems of single files, by message id, with the values that the text names. */
export interface OperationMessages {
  "create.hardLinkedSymlink": [path: string];
  /** Something of a deleted archive could not be read: some objects may be left that nothing refers to. */
  "delete.damaged": [];
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
  "check.analyzing": [archive: string, number: number, total: number];
  "check.archiveMissing": [idHex: string];
  "check.archiveDamaged": [idHex: string, problem: BorgError];
  "check.archiveUnauthenticated": [archive: string, problem: BorgError];
  "check.itemChunkMissing": [chunk: string];
  "check.itemChunkDamaged": [chunk: string, problem: BorgError];
  "check.itemInvalid": [problem: string];
  /** `first` and `end`: the bytes of the file that the chunk holds. */
  "check.fileChunkMissing": [archive: string, path: string, first: number, end: number, idHex: string];
  "check.fileChunkStillMissing": [archive: string, path: string, first: number, end: number, idHex: string];
  "check.fileChunkHealed": [archive: string, path: string, first: number, end: number, idHex: string];
  "check.fileHealed": [archive: string, path: string];
  "check.healthyListMismatch": [archive: string, path: string];
  "check.sizeMismatch": [archive: string, path: string, size: number, chunksSize: number];
  "check.orphans": [count: number];
  "check.orphansSkipped": [];
}
