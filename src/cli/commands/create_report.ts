import { toHex } from "../../encoding/bytes.ts";
import type { CreatedArchive } from "../../operations/create/create.ts";
import type { Cached } from "../../operations/opening.ts";
import { type RepositorySums, repositorySums } from "../../operations/repository_sums.ts";
import { canonicalLocation } from "../../repository/location.ts";
import { MAX_DATA_SIZE } from "../../repository/repository.ts";
import type { Context } from "../context.ts";
import { archiveTimeJson } from "../render/filetime.ts";
import { Decimal, jsonDocument, type JsonObject } from "../render/json.ts";
import { cacheJson, repositoryJson } from "../render/repository_json.ts";
import { allArchivesLine, chunkIndexLines, madeArchiveLines, RULE, SIZE_HEADER, sizesLine } from "../render/stats.ts";

export interface ReportOptions {
  readonly json: boolean;
  readonly stats: boolean;
  readonly quickStats: boolean;
  readonly iec: boolean;
}

/** Shows what is known of an archive that was just made, if the user wants to know. */
export async function reportCreated(cached: Cached, archive: CreatedArchive, options: ReportOptions, context: Context) {
  if (!options.json && !options.stats && !options.quickStats) return;
  const sums = options.quickStats ? undefined : await repositorySums(cached);
  if (options.json) {
    const cache = sums && { cache: cacheJson(cached.cache.path, sums) };
    const document = { ...repositoryJson(cached), ...cache, archive: archiveJson(archive) };
    context.stdout.write(`${jsonDocument(document, context.env["BORG_JSON_INDENT"])}\n`);
  } else {
    for (const line of statisticsLines(cached, archive, sums, options.iec)) context.log.output("stats", line);
  }
}

function archiveJson({ name, id, start, end, statistics, csize, metadata }: CreatedArchive): JsonObject {
  return {
    name,
    id: toHex(id),
    start: archiveTimeJson(start),
    end: archiveTimeJson(end),
    duration: new Decimal(Number(end - start) / 1e6),
    stats: {
      original_size: statistics.osize,
      compressed_size: statistics.csize,
      deduplicated_size: statistics.usize,
      nfiles: statistics.nfiles,
    },
    limits: { max_archive_size: new Decimal(csize / MAX_DATA_SIZE) },
    command_line: metadata.cmdline,
  };
}

function statisticsLines(
  { location }: Cached,
  archive: CreatedArchive,
  sums: RepositorySums | undefined,
  iec: boolean,
): string[] {
  const { name, id, start, end, statistics, csize } = archive;
  const { osize, csize: stored, usize, nfiles } = statistics;
  const utilization = csize / MAX_DATA_SIZE;
  const made = { repository: canonicalLocation(location), name, id: toHex(id), start, end, nfiles, utilization };
  return [
    RULE,
    ...madeArchiveLines(made),
    RULE,
    SIZE_HEADER,
    sizesLine("This archive:", { size: osize, csize: stored, usize }, { iec }),
    ...repositoryLines(sums, iec),
    RULE,
  ];
}

function repositoryLines(sums: RepositorySums | undefined, iec: boolean): string[] {
  if (!sums) return [];
  const all = { ...sums, totalSize: sums.archivesSize, totalCsize: sums.archivesCsize };
  return [allArchivesLine(all, { iec }), "", ...chunkIndexLines(all)];
}
