import { encodeArchive, openArchive } from "../../archive/archive.ts";
import type { Objects } from "../../archive/objects.ts";
import type { Compression } from "../../compression/compression.ts";
import { ArchiveTAMInvalid } from "../../crypto/tam.ts";
import type { Location } from "../../repository/location.ts";
import type { ArchiveSummary } from "../../selection/archive_filter.ts";
import { ArchiveSaver } from "../archive_saver.ts";
import { chooseArchives } from "../choose_archives.ts";
import { releaseChunk } from "../chunk_writer.ts";
import type { Host } from "../host.ts";
import { type Cached, type Unlocked, withCache, withManifest } from "../opening.ts";

const COMPRESSION: Compression = { name: "lz4" };

/** How an archive stands: authentic, without a signature that is known here, or with one that is not its own. */
export type ArchiveTamState = "verified" | "none" | "invalid";

export interface InspectedArchive extends ArchiveSummary {
  readonly tam: ArchiveTamState;
}

/** Looks at the authentication of every archive, checkpoints too; the oldest first. */
export function inspectArchives(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  visit: (archive: InspectedArchive) => void,
): Promise<void> {
  const opening = { lock: "shared", lockWait, features: ["read"], checkAccess: false } as const;
  return withManifest(host, location, opening, async (unlocked) => {
    for await (const archive of inspected(host, unlocked)) visit(archive);
  });
}

/**
 * Signs every archive that is not authentic, whoever may have made it: afterwards they are as trusted as all others. Such an
 * archive gets a new id. All of them are signed in one transaction.
 *
 * @param visit is called for each archive, with its new id if it has been signed
 */
export function signArchives(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  visit: (archive: InspectedArchive, newId?: Uint8Array) => void,
): Promise<void> {
  const opening = { lock: "exclusive", lockWait, features: ["check"], trustArchives: true } as const;
  return withCache(host, location, opening, async (cached) => {
    let signed = 0;
    for await (const archive of inspected(host, cached)) {
      const newId = archive.tam === "verified" ? undefined : await sign(cached, archive);
      if (newId !== undefined) signed++;
      visit(archive, newId);
    }
    if (signed > 0) await new ArchiveSaver(cached, COMPRESSION).commit();
  });
}

async function* inspected(host: Host, { manifest, objects }: Unlocked): AsyncGenerator<InspectedArchive> {
  for (const archive of chooseArchives(manifest, { sortBy: ["timestamp"] })) {
    host.checkAbort();
    yield { ...archive, tam: await stateOf(objects, archive.id) };
  }
}

async function stateOf(objects: Objects, id: Uint8Array): Promise<ArchiveTamState> {
  const plaintext = await objects.read(id);
  try {
    return openArchive(objects, id, plaintext).tam;
  } catch (error) {
    if (error instanceof ArchiveTAMInvalid) return "invalid";
    throw error;
  }
}

/** Puts the archive's metadata again, signed, in place of what there was. Gives the new id. */
async function sign({ objects, manifest, cache, repository }: Cached, archive: ArchiveSummary): Promise<Uint8Array> {
  const { metadata } = openArchive(objects, archive.id, await objects.read(archive.id), { ignoreInvalid: true });
  const plaintext = encodeArchive(objects.material, metadata);
  const { id, csize } = await objects.write(plaintext, COMPRESSION);
  cache.chunks.add(id, 1, plaintext.length, csize);
  await releaseChunk({ index: cache.chunks, repository }, archive.id);
  manifest.archives.set(archive.name, { id, time: archive.time });
  return id;
}
