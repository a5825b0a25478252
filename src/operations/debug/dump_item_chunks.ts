import { loadArchive } from "../../archive/archive.ts";
import { toHex } from "../../encoding/bytes.ts";
import { archiveTamOptions, type Unlocked } from "../opening.ts";
import type { Host } from "../host.ts";
import type { Dump } from "./dump.ts";

/** The chunks of an archive's item stream, decrypted and decompressed. Throws ArchiveDoesNotExist. */
export async function* dumpItemChunks(host: Host, { manifest, objects }: Unlocked, name: string): AsyncGenerator<Dump> {
  const { metadata } = await loadArchive(objects, manifest.entry(name).id, archiveTamOptions(host));
  for (const [number, id] of metadata.items.entries()) {
    const data = await objects.read(id);
    yield { name: `${String(number).padStart(6, "0")}_${toHex(id)}.items`, data };
  }
}
