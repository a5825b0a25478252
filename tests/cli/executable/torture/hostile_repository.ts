import type { Item } from "../../../../src/archive/item.ts";
import { encodeArchive } from "../../../../src/archive/archive.ts";
import { Manifest } from "../../../../src/archive/manifest.ts";
import { Objects } from "../../../../src/archive/objects.ts";
import { modeNamed } from "../../../../src/crypto/modes.ts";
import { emptyMaterial } from "../../../../src/crypto/secrets.ts";
import { MANIFEST_ID } from "../../../../src/repository/repository.ts";
import { LocalRepository } from "../../../../src/repository/local/local_repository.ts";
import { packed } from "../../../archive/items.ts";
import { accessOptions } from "../../../repository/scratch.ts";

/** Stores an object and gives its id; what it says of itself need not be true. */
export type Store = (plaintext: Uint8Array) => Promise<Uint8Array>;

/** Puts an archive with these items into a repository that anybody could have written, for its mode is `none`. */
export async function plantArchive(
  path: string,
  name: string,
  makeItems: (store: Store, objects: Objects) => Promise<readonly (Item | Uint8Array)[]>,
): Promise<void> {
  const repository = await LocalRepository.open(path, accessOptions());
  try {
    const objects = new Objects(repository, emptyMaterial(modeNamed("none")));
    const store: Store = async (plaintext) => (await objects.write(plaintext, { name: "none" })).id;
    const manifest = await Manifest.load(objects, false);
    const items: Uint8Array[] = [];
    for (const item of await makeItems(store, objects)) {
      items.push(await store(item instanceof Uint8Array ? item : packed(item)));
    }
    const time = "2024-01-01T00:00:00.000000";
    const metadata = { name, items, cmdline: ["borg"], time, timeEnd: time, hostname: "h", username: "u" };
    const id = await store(encodeArchive(objects.material, metadata));
    manifest.archives.set(name, { id, time });
    await manifest.save(objects, false);
    await repository.commit();
  } finally {
    await repository.close();
  }
}

/** Puts anything in the place of the manifest. */
export async function plantManifest(path: string, plaintext: Uint8Array): Promise<void> {
  const repository = await LocalRepository.open(path, accessOptions());
  try {
    const objects = new Objects(repository, emptyMaterial(modeNamed("none")));
    await objects.write(plaintext, { name: "none" }, MANIFEST_ID);
    await repository.commit();
  } finally {
    await repository.close();
  }
}
