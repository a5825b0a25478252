import { type ArchiveSums, loadArchive, storedSums } from "../archive/archive.ts";
import { ChunkIndex } from "./chunk_index.ts";
import { countArchive, type SyncOptions } from "./sync.ts";

/** Sums of content over all archives, each file counted in every archive that has it. */
export interface RepositoryTotals {
  totalSize: number;
  totalCsize: number;
}

/** Reads the sums of all archives. Those that do not carry them are counted, once per cache. */
export async function repositoryTotals(options: Omit<SyncOptions, "indexes">): Promise<RepositoryTotals> {
  const totals = { totalSize: 0, totalCsize: 0 };
  for (const { id } of options.manifest.archives.values()) {
    const sums = await sumsOfArchive(options, id);
    totals.totalSize += sums.size;
    totals.totalCsize += sums.csize;
  }
  return totals;
}

async function sumsOfArchive(options: Omit<SyncOptions, "indexes">, id: Uint8Array): Promise<ArchiveSums> {
  const { metadata } = await loadArchive(options.objects, id, options.tam);
  const known = storedSums(metadata) ?? options.oldSums.get(id);
  if (known !== undefined) return known;
  await countArchive({ ...options, indexes: undefined }, id, ChunkIndex.create());
  return options.oldSums.get(id)!;
}
