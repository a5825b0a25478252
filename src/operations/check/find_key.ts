import { Objects } from "../../archive/objects.ts";
import type { Key } from "../../crypto/key.ts";
import { type Mode, modeOfType } from "../../crypto/modes.ts";
import { IntegrityError } from "../../errors.ts";
import type { Location } from "../../repository/location.ts";
import { MANIFEST_ID, type Repository } from "../../repository/repository.ts";
import type { Host } from "../host.ts";
import { openRepositoryKey } from "../opening.ts";
import { paceOf } from "../pace.ts";
import type { ChunkTable } from "./chunk_table.ts";
import { isDamage } from "./read_object.ts";

export interface FoundKey {
  readonly key: Key;
  /** It has opened an object of the repository, so it is the right one. */
  readonly proven: boolean;
}

/**
 * Unlocks the repository's key, whose kind the manifest tells, or else the first object that the key of its kind opens. If
 * there is none, the first that tells any counts. Throws IntegrityError if there is none of these either.
 */
export async function findKey(
  host: Host,
  location: Location,
  repository: Repository,
  chunks: ChunkTable,
): Promise<FoundKey> {
  const tried = new Map<Mode, Key>();
  const pace = paceOf(host);
  for (const id of candidates(chunks)) {
    await pace();
    const object = await objectOrNothing(repository, id);
    const mode = object && modeOfType(object[0] ?? -1);
    if (!mode) continue;
    const key = tried.get(mode) ?? await openRepositoryKey(host, location, repository, object);
    tried.set(mode, key);
    if (opens(new Objects(repository, key.material), id, object)) return { key, proven: true };
  }
  const [key] = tried.values();
  if (!key) throw new IntegrityError("no object tells the kind of key that the repository has");
  return { key, proven: false };
}

function* candidates(chunks: ChunkTable): Generator<Uint8Array> {
  if (chunks.has(MANIFEST_ID)) yield MANIFEST_ID;
  yield* chunks.all();
}

async function objectOrNothing(repository: Repository, id: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await repository.get(id);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function opens(objects: Objects, id: Uint8Array, object: Uint8Array): boolean {
  try {
    objects.unseal(id, object);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
