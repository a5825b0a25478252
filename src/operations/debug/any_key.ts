import { Objects } from "../../archive/objects.ts";
import { modeOfType } from "../../crypto/modes.ts";
import { BorgError, IntegrityError } from "../../errors.ts";
import { ObjectNotFound } from "../../repository/errors.ts";
import type { Location } from "../../repository/location.ts";
import { MANIFEST_ID, type Repository } from "../../repository/repository.ts";
import type { Host } from "../host.ts";
import { openRepositoryKey } from "../opening.ts";

/** So many objects are looked at for the kind of key. */
const CANDIDATES = 1000;

/** The objects of a repository that may have no manifest: the key is of the kind that any object tells. */
export async function readableObjects(host: Host, location: Location, repository: Repository): Promise<Objects> {
  return await objectsLike(host, location, repository, await anyObject(repository));
}

/** The same, when `object` tells the kind of key. */
export async function objectsLike(
  host: Host,
  location: Location,
  repository: Repository,
  object: Uint8Array,
): Promise<Objects> {
  const { material } = await openRepositoryKey(host, location, repository, object);
  return new Objects(repository, material);
}

async function anyObject(repository: Repository): Promise<Uint8Array> {
  for (const id of [MANIFEST_ID, ...await repository.list(CANDIDATES)]) {
    const object = await objectOrNothing(repository, id);
    if (object) return object;
  }
  throw new BorgError("Error", ["no object tells the kind of key that the repository has"]);
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
