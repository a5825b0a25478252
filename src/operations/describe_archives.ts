import { type ArchiveMetadata, type ArchiveSums, storedSums } from "../archive/archive.ts";
import { type ChunkList, chunkListStream } from "../archive/chunk_lists.ts";
import { type Micros, parseTimestamp } from "../archive/timestamps.ts";
import { ChunkIndex } from "../cache/chunk_index.ts";
import { countSums } from "../cache/repository_totals.ts";
import { yieldToLoop } from "../platform/signals.ts";
import { MAX_DATA_SIZE } from "../repository/repository.ts";
import type { ArchiveSummary } from "../selection/archive_filter.ts";
import type { Host } from "./host.ts";
import { type FoundArchive, loadArchives } from "./load_archives.ts";
import { archiveTamOptions, type Cached } from "./opening.ts";
import type { Reporter, Steps } from "./reporter.ts";

/** What is to be known of an archive that is in the repository. */
export interface ArchiveDescription {
  readonly name: string;
  readonly id: Uint8Array;
  readonly metadata: ArchiveMetadata;
  readonly start: Micros;
  readonly end: Micros;
  readonly sums: ArchiveSums;
  /** Stored bytes of contents that no other archive needs. */
  readonly deduplicatedSize: number;
  /** Length of its metadata object as stored, as a share of the longest object there can be. */
  readonly utilization: number;
}

/** Describes archives one after the other. All their lists of items are read for it. */
export async function* describeArchives(
  host: Host,
  cached: Cached,
  archives: readonly ArchiveSummary[],
  reporter: Reporter,
): AsyncGenerator<ArchiveDescription> {
  for await (const found of loadArchives(cached.objects, archives, archiveTamOptions(host))) {
    yield await describe(host, cached, found, reporter);
  }
}

async function describe(host: Host, cached: Cached, { name, id, loaded }: FoundArchive, reporter: Reporter) {
  const { metadata } = loaded;
  const { time, timeEnd = time } = metadata;
  const steps = reporter.begin("archive.calc_stats", metadata.items.length, name);
  const contents = await countContents(host, cached, metadata, steps);
  return {
    name,
    id,
    metadata,
    start: parseTimestamp(time),
    end: parseTimestamp(timeEnd),
    sums: storedSums(metadata) ?? await sumsOfOldArchive(host, cached, id),
    deduplicatedSize: contents.exclusiveTotals(cached.cache.chunks).uniqueCsize,
    utilization: (cached.cache.chunks.get(id)?.csize ?? 0) / MAX_DATA_SIZE,
  };
}

async function sumsOfOldArchive(host: Host, { objects, manifest, cache }: Cached, id: Uint8Array) {
  const { oldSums } = cache;
  const tam = archiveTamOptions(host);
  return oldSums.get(id) ?? await countSums({ objects, manifest, oldSums, tam, listener: host.cacheListener }, id);
}

/** The archive's references to chunks of contents, those of part items too. */
async function countContents(host: Host, { objects }: Cached, { items }: ArchiveMetadata, steps: Steps) {
  const index = ChunkIndex.create();
  const stream = chunkListStream();
  const count = (lists: readonly (ChunkList | undefined)[]) => {
    for (const list of lists) if (list) addAll(index, list);
  };
  for await (const chunk of objects.readMany(items)) {
    host.checkAbort();
    steps.advance(1);
    count(stream.feed(chunk));
    await yieldToLoop();
  }
  count(stream.end());
  steps.finish();
  return index;
}

function addAll(index: ChunkIndex, { bytes, at, sizes, csizes }: ChunkList): void {
  for (let i = 0; i < at.length; i++) index.add(bytes, 1, sizes[i]!, csizes[i]!, at[i]!);
}
