import { encodeArchive, loadArchive } from "../archive/archive.ts";
import { ArchiveAlreadyExists } from "../archive/errors.ts";
import type { Compression } from "../compression/compression.ts";
import { ArchiveSaver } from "./archive_saver.ts";
import { releaseChunk } from "./chunk_writer.ts";
import type { Host } from "./host.ts";
import { archiveTamOptions, type Cached } from "./opening.ts";

const COMPRESSION: Compression = { name: "lz4" };

/**
 * Gives an archive another name: its metadata is written anew and signed, for the name is part of it. Throws
 * ArchiveDoesNotExist, ArchiveAlreadyExists.
 */
export async function renameArchive(host: Host, cached: Cached, name: string, newName: string): Promise<void> {
  const { objects, manifest, cache, repository } = cached;
  const entry = manifest.entry(name);
  const { metadata } = await loadArchive(objects, entry.id, archiveTamOptions(host));
  if (manifest.archives.has(newName)) throw new ArchiveAlreadyExists(newName);
  const plaintext = encodeArchive(objects.material, { ...metadata, name: newName });
  const { id, csize } = await objects.write(plaintext, COMPRESSION);
  cache.chunks.add(id, 1, plaintext.length, csize);
  await releaseChunk({ index: cache.chunks, repository }, entry.id);
  manifest.archives.delete(name);
  manifest.archives.set(newName, { id, time: entry.time });
  await new ArchiveSaver(cached, COMPRESSION).commit();
}
