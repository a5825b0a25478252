import { decompress } from "../compression/decompress.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { assertId } from "../crypto/id.ts";
import type { KeyMaterial } from "../crypto/material.ts";
import { equal } from "../encoding/bytes.ts";
import { BorgError } from "../errors.ts";
import { MANIFEST_ID } from "../repository/repository.ts";
import type { ChunkFailure, JobResult, UnsealJob } from "./jobs.ts";
import { inputs } from "./seal.ts";
import type { Slot } from "./slot.ts";

/** The plaintext does not fit the slot's output any more: not damage, just for somebody with more room. */
export const DOES_NOT_FIT = "DoesNotFit";

/** The key, as a worker has it. */
export interface Crypto {
  readonly material: KeyMaterial;
  readonly sealer: Sealer;
}

/** Performs an UnsealJob on its slot. */
export function unsealBatch(crypto: Crypto, job: UnsealJob, slot: Slot): JobResult {
  const failures: ChunkFailure[] = [];
  const objects = inputs(slot, job.count);
  const payloads = crypto.sealer.openAll(objects.map((object, i) => ({ object, id: slot.id(i) })));
  const plaintexts = payloads.map((payload, position) => {
    try {
      if (payload instanceof Error) throw payload;
      return decompress(payload);
    } catch (error) {
      failures.push(failure(position, error));
      return undefined;
    }
  });
  checkIds(crypto, slot, plaintexts, failures);
  writeOutputs(slot, plaintexts, job.discard, failures);
  return { failures };
}

function checkIds(
  { sealer, material }: Crypto,
  slot: Slot,
  plaintexts: (Uint8Array | undefined)[],
  failures: ChunkFailure[],
): void {
  const positions = plaintexts.flatMap((plaintext, i) => (plaintext ? [i] : []));
  const ids = sealer.idsOf(positions.map((i) => plaintexts[i]!));
  for (const [k, i] of positions.entries()) {
    try {
      if (!equal(slot.id(i), MANIFEST_ID)) assertId(material, slot.id(i), ids[k]!);
    } catch (error) {
      failures.push(failure(i, error));
      plaintexts[i] = undefined;
    }
  }
}

function writeOutputs(
  slot: Slot,
  plaintexts: readonly (Uint8Array | undefined)[],
  discard: boolean,
  failures: ChunkFailure[],
): void {
  let offset = 0;
  for (const [i, plaintext] of plaintexts.entries()) {
    slot.outputLengths[i] = 0;
    if (!plaintext || discard) continue;
    if (offset + plaintext.length > slot.output.length) {
      failures.push({ position: i, code: DOES_NOT_FIT, data: [] });
      continue;
    }
    slot.output.set(plaintext, offset);
    slot.outputLengths[i] = plaintext.length;
    offset += plaintext.length;
  }
}

function failure(position: number, error: unknown): ChunkFailure {
  if (!(error instanceof BorgError)) throw error;
  return { position, code: error.code, data: error.data };
}
