import type { Compression } from "../compression/compression.ts";
import type { KeyMaterial } from "../crypto/material.ts";

/** A flat chunk index in shared memory that workers look ids up in; the main thread goes on inserting meanwhile. */
export interface SharedIndex {
  readonly shared: SharedArrayBuffer;
}

/** What a worker is started with. */
export interface WorkerSetup {
  readonly material: KeyMaterial;
}

/**
 * Inputs: plaintext chunks. Outputs: their ids, and the stored object of each chunk that `index` does not have; output
 * length 0 for one that it has. That answer is a hint: the index may be changing, so the main thread decides.
 *
 * Chunk i of the batch uses the nonces from `iv` plus the blocks reserved for the chunks before it, which are
 * `reservedBlocks(compression, length)` each.
 */
export interface SealJob {
  readonly kind: "seal";
  readonly count: number;
  readonly iv: bigint;
  readonly compression: Compression;
  readonly index: SharedIndex | undefined;
}

/** Inputs: stored objects and the ids they must have. Outputs: plaintext chunks; failed ones have length 0. */
export interface UnsealJob {
  readonly kind: "unseal";
  readonly count: number;
  /** Only verify: no outputs are wanted. */
  readonly discard: boolean;
}

/**
 * Inputs: stored objects and the ids they must have. What they hold is sealed anew, and the new objects take the place of the
 * inputs and of their lengths; length 0 for one that failed, or that stays as it is.
 *
 * Chunk i uses the nonces from `iv` plus the blocks reserved for those before it, `reservedBlocks(compression, size)` each.
 */
export interface ResealJob {
  readonly kind: "reseal";
  readonly count: number;
  readonly iv: bigint;
  readonly compression: Compression;
  /** The most bytes that each may hold. One that holds more fails with DOES_NOT_FIT. */
  readonly sizes: readonly number[];
  /** Those stay as they are that would be stored by the same method again. */
  readonly ifDifferent: boolean;
}

export type Job = SealJob | UnsealJob | ResealJob;

/** A chunk of a batch that could not be unsealed, and why (`code` and `data` of the BorgError). */
export interface ChunkFailure {
  readonly position: number;
  readonly code: string;
  readonly data: readonly (string | number | bigint)[];
}

export interface JobResult {
  readonly failures: readonly ChunkFailure[];
}

export interface JobRequest {
  readonly ticket: number;
  readonly job: Job;
  readonly shared: SharedArrayBuffer;
  readonly inputCapacity: number;
}

export type JobReply =
  | { readonly ticket: number; readonly result: JobResult }
  | { readonly ticket: number; readonly error: string };
