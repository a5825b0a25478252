import type { Key } from "../../crypto/key.ts";
import { modeOfType } from "../../crypto/modes.ts";
import { IntegrityError } from "../../errors.ts";
import { ObjectNotFound } from "../../repository/errors.ts";
import type { Location } from "../../repository/location.ts";
import { MANIFEST_ID, type Repository } from "../../repository/repository.ts";
import type { Host } from "../host.ts";
import { openRepositoryKey } from "../opening.ts";
import type { ChunkTable } from "./chunk_table.ts";

/** Unlocks the repository's key, whose kind the manifest tells, or else the first object that tells any. */
export async function findKey(
  host: Host,
  location: Location,
  repository: Repository,
  chunks: ChunkTable,
): Promise<Key> {
  return await openRepositoryKey(host, location, repository, await anyObject(repository, chunks));
}

async function anyObject(repository: Repository, chunks: ChunkTable): Promise<Uint8Array> {
  const manifest = await objectOrNothing(repository, MANIFEST_ID);
  if (manifest) return manifest;
  for (const id of chunks.all()) {
    const object = await objectOrNothing(repository, id);
    if (object) return object;
  }
  throw new IntegrityError("no object tells the kind of key that the repository has");
}

/** Undefined when there is none, or none that begins as objects do. */
async function objectOrNothing(repository: Repository, id: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const object = await repository.get(id);
    return modeOfType(object[0] ?? -1) && object;
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}
