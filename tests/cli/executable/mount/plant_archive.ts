import { encodeArchive } from "../../../../src/archive/archive.ts";
import type { Item } from "../../../../src/archive/item.ts";
import { ItemWriter } from "../../../../src/archive/item_stream.ts";
import { Manifest } from "../../../../src/archive/manifest.ts";
import { Objects } from "../../../../src/archive/objects.ts";
import type { Compression } from "../../../../src/compression/compression.ts";
import { modeNamed } from "../../../../src/crypto/modes.ts";
import { emptyMaterial } from "../../../../src/crypto/secrets.ts";
import { SILENT } from "../../../../src/repository/listener.ts";
import { LocalRepository } from "../../../../src/repository/local/local_repository.ts";
import { IDENTITY } from "../../../archive/fixture_repositories.ts";

const COMPRESSION: Compression = { name: "lz4" };
const TIME = "2026-01-02T03:04:05.000000";

/** What an item needs; the path tells one from the other. */
export const PLAIN: Omit<Item, "path"> = {
  mode: 0o100644,
  uid: 0,
  gid: 0,
  user: "root",
  group: "root",
  mtime: 1_700_000_000_123_456_789n,
};

/** Puts an archive of any items at all into an unencrypted repository, as `create` could not. */
export async function plantArchive(repositoryPath: string, name: string, items: Iterable<Item>): Promise<void> {
  const options = { lock: "exclusive", lockWait: 1, identity: IDENTITY, listener: SILENT } as const;
  const repository = await LocalRepository.open(repositoryPath, options);
  try {
    const objects = new Objects(repository, emptyMaterial(modeNamed("none")));
    const ids: Uint8Array[] = [];
    const writer = new ItemWriter(0, async (chunk) => void ids.push((await objects.write(chunk, COMPRESSION)).id));
    for (const item of items) await writer.add(item);
    await writer.flush();
    const metadata = { name, items: ids, cmdline: ["planted"], time: TIME };
    const { id } = await objects.write(encodeArchive(objects.material, metadata), COMPRESSION);
    const manifest = await Manifest.load(objects, false);
    manifest.archives.set(name, { id, time: TIME });
    await manifest.save(objects, false);
    await repository.commit();
  } finally {
    await repository.close();
  }
}
