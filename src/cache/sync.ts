import { type ArchiveSums, openArchive, storedSums } from "../archive/archive.ts";
import { type ChunkList, chunkListStream } from "../archive/chunk_lists.ts";
import { requireFeatures } from "../archive/features.ts";
import type { Manifest } from "../archive/manifest.ts";
import type { Objects } from "../archive/objects.ts";
import type { ArchiveTamOptions } from "../crypto/tam.ts";
import { toHex } from "../encoding/bytes.ts";
import { announced } from "../repository/announced.ts";
import { ObjectNotFound } from "../repository/errors.ts";
import type { ArchiveIndexes } from "./archive_indexes.ts";
import { ChunkIndex } from "./chunk_index.ts";
import type { CacheListener } from "./listener.ts";
import type { OldSums } from "./old_sums.ts";

export interface SyncOptions {
  readonly objects: Objects;
  readonly manifest: Manifest;
  /** Where the indexes of single archives are kept; undefined = nowhere. */
  readonly indexes: ArchiveIndexes | undefined;
  readonly oldSums: OldSums;
  readonly tam: ArchiveTamOptions;
  readonly listener: CacheListener;
}

/**
 * Counts all references to objects in a repository from its archives (format reference 9.5). Throws at damaged
 * archives.
 */
export async function countReferences(options: SyncOptions): Promise<ChunkIndex> {
  const { manifest, indexes, listener } = options;
  requireFeatures(manifest, "read");
  listener.log("info", "sync.started");
  const ids = Array.from(manifest.archives.values(), ({ id }) => id);
  const { kept, outdated } = indexes?.keepOnly(ids) ?? { kept: 0, outdated: 0 };
  options.oldSums.keepOnly(ids);
  listener.log("info", "sync.found", ids.length, kept + outdated, outdated, ids.length - kept);
  options.objects.repository.preload(ids.filter((id) => !indexes?.has(id)));
  const total = ChunkIndex.create();
  let step = 0;
  for (const [name, { id }] of manifest.archives) {
    listener.progress("cache.sync", ++step, manifest.archives.size, name);
    await addArchive(options, name, id, total);
  }
  listener.finished("cache.sync");
  listener.log("info", "sync.finished");
  return total;
}

/** Adds an archive's references to `total`, from its index if there is one. */
async function addArchive(options: SyncOptions, name: string, id: Uint8Array, total: ChunkIndex): Promise<void> {
  const { indexes, listener } = options;
  const isKept = indexes?.merge(id, total) ?? false;
  if (isKept) listener.log("info", "sync.indexKept", name);
  else listener.log("info", "sync.reading", name, indexes !== undefined);
  if (indexes === undefined) return await countArchive(options, id, total);
  if (!isKept) await countAndKeep(options, indexes, id, total);
  listener.log("info", "sync.merging");
}

async function countAndKeep(options: SyncOptions, indexes: ArchiveIndexes, id: Uint8Array, total: ChunkIndex) {
  const index = ChunkIndex.create();
  await countArchive(options, id, index);
  indexes.save(id, index);
  total.merge(index);
}

/** Counts the archive object once, and each occurrence of a chunk in its item stream and in its files. */
export async function countArchive(options: SyncOptions, id: Uint8Array, target: ChunkIndex): Promise<void> {
  const { objects, oldSums } = options;
  const object = await objects.repository.get(id);
  const plaintext = objects.unseal(id, object);
  const { metadata } = openArchive(objects, id, plaintext, options.tam);
  target.add(id, 1, plaintext.length, object.length);
  const counter = new ReferenceCounter(target);
  await countItems(objects, metadata.items, counter);
  await counter.learnCsizes(objects);
  if (storedSums(metadata) === undefined) oldSums.set(id, counter.sums);
}

async function countItems(objects: Objects, ids: readonly Uint8Array[], counter: ReferenceCounter): Promise<void> {
  const stream = chunkListStream();
  let i = 0;
  for await (const object of objects.repository.getMany(ids)) {
    const id = ids[i++]!;
    const plaintext = objects.unseal(id, object);
    counter.target.add(id, 1, plaintext.length, object.length);
    for (const list of stream.feed(plaintext)) if (list !== undefined) counter.count(list);
  }
  for (const list of stream.end()) if (list !== undefined) counter.count(list);
}

class ReferenceCounter {
  readonly sums = { size: 0, csize: 0, nfiles: 0, sizeParts: 0, csizeParts: 0, nfilesParts: 0 } satisfies ArchiveSums;
  /** Chunks whose stored length was not known when the archive was written. */
  readonly #unmeasured: Uint8Array[] = [];

  constructor(readonly target: ChunkIndex) {}

  count({ bytes, at, sizes, csizes, part }: ChunkList): void {
    let size = 0;
    let csize = 0;
    for (let i = 0; i < at.length; i++) {
      this.target.add(bytes, 1, sizes[i]!, csizes[i]!, at[i]!);
      size += sizes[i]!;
      csize += csizes[i]!;
      if (csizes[i] === 0) this.#unmeasured.push(bytes.slice(at[i]!, at[i]! + 32));
    }
    if (part) this.#addPart(size, csize);
    else this.#addFile(size, csize);
  }

  /** Looks at the objects whose stored length is still not known. One that is lost keeps the length 0. */
  async learnCsizes({ repository }: Objects): Promise<void> {
    for (const id of announced(repository, this.#unknown())) {
      try {
        this.target.setCsize(id, (await repository.get(id)).length);
      } catch (error) {
        if (!(error instanceof ObjectNotFound)) throw error;
      }
    }
  }

  *#unknown(): Generator<Uint8Array> {
    const unmeasured = new Map(this.#unmeasured.map((id) => [toHex(id), id]));
    for (const id of unmeasured.values()) if (this.target.get(id)?.csize === 0) yield id;
  }

  #addFile(size: number, csize: number): void {
    this.sums.size += size;
    this.sums.csize += csize;
    this.sums.nfiles++;
  }

  #addPart(size: number, csize: number): void {
    this.sums.sizeParts += size;
    this.sums.csizeParts += csize;
    this.sums.nfilesParts++;
  }
}
