import { ObjectNotFound } from "../../repository/errors.ts";
import type { Repository } from "../../repository/repository.ts";

/** An object as it is stored; undefined when there is none of that id. */
export async function getObject(repository: Repository, id: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await repository.get(id);
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}
