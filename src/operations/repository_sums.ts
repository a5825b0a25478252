import type { ChunkTotals } from "../cache/chunk_index.ts";
import { type RepositoryTotals, repositoryTotals } from "../cache/repository_totals.ts";
import type { Host } from "./host.ts";
import { archiveTamOptions, type Cached } from "./opening.ts";

/** Sums over a whole repository: what its archives hold, and what is stored of it. */
export interface RepositorySums {
  /** Each file counted in every archive that has it. */
  readonly archives: RepositoryTotals;
  readonly chunks: ChunkTotals;
}

/**
 * Reads the metadata of every archive, which takes a while in a repository that has many.
 *
 * @param considerParts whether the parts of files that checkpoints made count too
 */
export async function repositorySums(
  host: Host,
  { cache, manifest, objects }: Cached,
  considerParts = false,
): Promise<RepositorySums> {
  const { cacheListener: listener } = host;
  const { oldSums } = cache;
  const tam = archiveTamOptions(host);
  const archives = await repositoryTotals({ objects, manifest, oldSums, listener, tam, considerParts });
  return { archives, chunks: cache.chunks.totals() };
}
