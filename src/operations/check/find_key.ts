import { Objects } from "../../archive/objects.ts";
import type { Key } from "../../crypto/key.ts";
import { KeyfileNotFoundError } from "../../crypto/key_directory.ts";
import { RepoKeyNotFoundError } from "../../crypto/key_store.ts";
import { type Mode, modeOfType } from "../../crypto/modes.ts";
import { equal } from "../../encoding/bytes.ts";
import { type BorgError, IntegrityError } from "../../errors.ts";
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
  const keys = new Keys((object) => openRepositoryKey(host, location, repository, object));
  const pace = paceOf(host);
  for (const id of candidates(chunks)) {
    await pace();
    const object = await objectOrNothing(repository, id);
    const key = object && await keys.of(object);
    if (key && opens(new Objects(repository, key.material), id, object)) return { key, proven: true };
  }
  return { key: keys.first(), proven: false };
}

/** The keys of the kinds that objects have told. */
class Keys {
  readonly #opened = new Map<Mode, Key>();
  readonly #missing = new Map<Mode, BorgError>();

  constructor(private readonly open: (object: Uint8Array) => Promise<Key>) {}

  /**
   * The key for an object, undefined when there is none. Throws when it is missing for the second time: one object may be
   * damaged, but two are not likely to tell the same kind by mistake.
   */
  async of(object: Uint8Array): Promise<Key | undefined> {
    const mode = modeOfType(object[0] ?? -1);
    if (!mode) return undefined;
    const known = this.#opened.get(mode);
    if (known) return known;
    const missing = this.#missing.get(mode);
    if (missing) throw missing;
    try {
      const key = await this.open(object);
      this.#opened.set(mode, key);
      return key;
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#missing.set(mode, error);
      return undefined;
    }
  }

  first(): Key {
    const [key] = this.#opened.values();
    const [missing] = this.#missing.values();
    if (key) return key;
    throw missing ?? new IntegrityError("no object tells the kind of key that the repository has");
  }
}

function isMissing(error: unknown): error is BorgError {
  return error instanceof KeyfileNotFoundError || error instanceof RepoKeyNotFoundError;
}

function* candidates(chunks: ChunkTable): Generator<Uint8Array> {
  if (chunks.has(MANIFEST_ID)) yield MANIFEST_ID;
  for (const id of chunks.all()) if (!equal(id, MANIFEST_ID)) yield id;
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
