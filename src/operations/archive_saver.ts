import { type ArchiveMetadata, encodeArchive } from "../archive/archive.ts";
import type { Compression } from "../compression/compression.ts";
import { releaseChunk } from "./chunk_writer.ts";
import type { Writable } from "./opening.ts";

/** An archive that has been saved. */
export interface SavedArchive {
  readonly id: Uint8Array;
  /** Length of its metadata object as stored. */
  readonly csize: number;
  readonly metadata: ArchiveMetadata;
}

/** Puts archives into the repository and makes them durable, in the order of format reference 11.4. */
export class ArchiveSaver {
  constructor(private readonly writable: Writable, private readonly compression: Compression) {}

  /** The archive is part of the repository, on disk, when this returns. */
  async save(name: string, metadata: ArchiveMetadata): Promise<SavedArchive> {
    const { objects, manifest, cache } = this.writable;
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
    this.writable.manifest.archives.delete(name);
    await releaseChunk({ index: this.writable.cache.chunks, repository: this.writable.repository }, id);
  }

  /** Makes everything durable that was written so far. */
  async commit(): Promise<void> {
    const { repository, manifest, objects, cache, tamRequired } = this.writable;
    await repository.settle();
    await manifest.save(objects, tamRequired);
    await repository.commit();
    cache.commit();
  }
}
