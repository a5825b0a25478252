import type { Compression } from "../compression/compression.ts";
import type { KeyMaterial } from "../crypto/material.ts";

/** A flat chunk index in shared memory that workers look ids up in; the main thread goes on inserting meanwhile. */
export interface SharedIndex {
  readonly shared: SharedArrayBuffer;
  readonly buckets: number;
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

export type Job = SealJob | UnsealJob;

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
