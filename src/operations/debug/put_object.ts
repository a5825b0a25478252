import type { Repository } from "../../repository/repository.ts";

/** Stores an object as it is, whatever it holds. */
export async function putObject(repository: Repository, id: Uint8Array, object: Uint8Array): Promise<void> {
  await repository.put(id, object);
  await repository.settle();
  await repository.commit();
}
