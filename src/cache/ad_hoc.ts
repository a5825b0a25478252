import type { Repository } from "../repository/repository.ts";
import { MANIFEST_ID } from "../repository/repository.ts";
import { MAX_VALUE } from "../encoding/hash_index.ts";
import { Cache, type CacheOptions } from "./cache.ts";
import { ChunkIndex } from "./chunk_index.ts";
import { FilesCache } from "./files_cache.ts";
import { DISABLED_FILES_CACHE, type FilesCacheMode } from "./files_cache_mode.ts";

/** What writing an archive needs of a cache. */
export interface ChunkCache {
  readonly chunks: ChunkIndex;
  files(mode: FilesCacheMode): FilesCache;
  commit(): void;
  close(): Promise<void>;
}

/**
 * A cache for one run, when bringing the real one up to date would take too long (format reference 9.5): every object
 * in the repository counts as referenced for good, with unknown lengths, and no file is remembered.
 */
export class AdHocCache implements ChunkCache {
  private constructor(readonly chunks: ChunkIndex, private readonly options: CacheOptions) {}

  static async create(options: CacheOptions): Promise<AdHocCache> {
    return new AdHocCache(await listObjects(options.objects.repository), options);
  }

  files(): FilesCache {
    return FilesCache.empty(DISABLED_FILES_CACHE);
  }

  /** Remembers which manifest was seen last; the real cache stays as it is, out of date. */
  commit(): void {
    const { security, facts, manifest } = this.options;
    security.save({ location: facts.location, keyType: facts.keyType, timestamp: manifest.timestamp });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The real cache if it is up to date, else one for this run alone. */
export async function openWithoutSync(options: CacheOptions): Promise<ChunkCache> {
  const cache = await Cache.open(options);
  if (cache.isCurrent) return cache;
  await cache.close();
  options.listener?.log("warning", "cache.adHoc");
  return await AdHocCache.create(options);
}

const LIST_LIMIT = 100000;

async function listObjects(repository: Repository): Promise<ChunkIndex> {
  const index = ChunkIndex.create(await repository.count());
  let ids = await repository.list(LIST_LIMIT);
  while (ids.length > 0) {
    for (const id of ids) index.add(id, MAX_VALUE, 0, 0);
    ids = await repository.list(LIST_LIMIT, ids.at(-1));
  }
  index.delete(MANIFEST_ID);
  return index;
}
