import { MANIFEST_ID, type Repository } from "../repository/repository.ts";

/** Puts the manifest again as it is, for want of other changes: that opens a transaction. Throws ObjectNotFound. */
export async function touchManifest(repository: Repository): Promise<void> {
  await repository.put(MANIFEST_ID, await repository.get(MANIFEST_ID));
}
