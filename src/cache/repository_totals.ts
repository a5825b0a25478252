import { type ArchiveSums, openArchive, storedSums } from "../archive/archive.ts";
import { ChunkIndex } from "./chunk_index.ts";
import { countArchive, type SyncOptions } from "./sync.ts";

/** Sums of content over all archives, each file counted in every archive that has it. */
export interface RepositoryTotals {
  totalSize: number;
  totalCsize: number;
}

type TotalsOptions = Omit<SyncOptions, "indexes"> & {
  /** Whether the parts of files that checkpoints made count too. Default false. */
  readonly considerParts?: boolean;
};

/** Reads the sums of all archives. Those that do not carry them are counted, once per cache. */
export async function repositoryTotals(options: TotalsOptions): Promise<RepositoryTotals> {
  const { objects, manifest, tam, considerParts = false } = options;
  const ids = Array.from(manifest.archives.values(), ({ id }) => id);
  const totals = { totalSize: 0, totalCsize: 0 };
  let i = 0;
  for await (const plaintext of objects.readMany(ids)) {
    const id = ids[i++]!;
    const { metadata } = openArchive(objects, id, plaintext, tam);
    const sums = storedSums(metadata) ?? options.oldSums.get(id) ?? await countSums(options, id);
    totals.totalSize += sums.size + (considerParts ? sums.sizeParts : 0);
    totals.totalCsize += sums.csize + (considerParts ? sums.csizeParts : 0);
  }
  return totals;
}

/** The sums of an archive that does not carry them; they are remembered. */
export async function countSums(options: Omit<SyncOptions, "indexes">, id: Uint8Array): Promise<ArchiveSums> {
  await countArchive({ ...options, indexes: undefined }, id, ChunkIndex.create());
  return options.oldSums.get(id)!;
}
