import { loadArchive, storedSums } from "../archive/archive.ts";
import type { ChunkTotals } from "../cache/chunk_index.ts";
import type { Cached } from "./opening.ts";

/** Sums over a whole repository: what its archives hold, and what is stored of it. */
export interface RepositorySums extends ChunkTotals {
  /** Bytes of the contents of all archives, and the same as if each were stored for itself. */
  readonly archivesSize: number;
  readonly archivesCsize: number;
}

/** Reads the metadata of every archive, which takes a while in a repository that has many. */
export async function repositorySums({ cache, manifest, objects }: Cached): Promise<RepositorySums> {
  let archivesSize = 0;
  let archivesCsize = 0;
  for (const { id } of manifest.archives.values()) {
    const sums = cache.oldSums.get(id) ?? storedSums((await loadArchive(objects, id)).metadata);
    archivesSize += sums?.size ?? 0;
    archivesCsize += sums?.csize ?? 0;
  }
  return { ...cache.chunks.totals(), archivesSize, archivesCsize };
}
