import { type ArchiveMetadata, encodeArchive } from "../archive/archive.ts";
import type { Compression } from "../compression/compression.ts";
import { releaseChunk } from "./chunk_writer.ts";
import type { Cached } from "./opening.ts";

/** An archive that has been saved. */
export interface SavedArchive {
  readonly id: Uint8Array;
  /** Length of its metadata object as stored. */
  readonly csize: number;
  readonly metadata: ArchiveMetadata;
}

/** Puts archives into the repository and makes them durable, in the order of format reference 11.4. */
export class ArchiveSaver {
  constructor(private readonly cached: Cached, private readonly compression: Compression) {}

  /** The archive is part of the repository, on disk, when this returns. */
  async save(name: string, metadata: ArchiveMetadata): Promise<SavedArchive> {
    const { objects, manifest, cache } = this.cached;
    const plaintext = encodeArchive(objects.material, { ...metadata, name });
    const { id, csize } = await objects.write(plaintext, this.compression);
    cache.chunks.add(id, 1, plaintext.length, csize);
    manifest.archives.set(name, { id, time: metadata.time });
    await this.commit();
    return { id, csize, metadata };
  }

  /** Saves a checkpoint: it is there should the run end now, and gone with the next commit. */
  async saveCheckpoint(name: string, metadata: ArchiveMetadata): Promise<void> {
    const { id } = await this.save(name, metadata);
    this.cached.manifest.archives.delete(name);
    await releaseChunk({ index: this.cached.cache.chunks, repository: this.cached.repository }, id);
  }

  /** Makes everything durable that was written so far. */
  async commit(): Promise<void> {
    const { repository, manifest, objects, cache, tamRequired } = this.cached;
    await repository.settle();
    await manifest.save(objects, tamRequired);
    await repository.commit();
    cache.commit();
  }
}
