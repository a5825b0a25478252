import { toHex } from "../../encoding/bytes.ts";
import type { CreatedArchive } from "../../operations/create/create.ts";
import { Cache } from "../../cache/cache.ts";
import type { Writable } from "../../operations/opening.ts";
import { repositorySums } from "../../operations/repository_sums.ts";
import { canonicalLocation } from "../../repository/location.ts";
import { MAX_DATA_SIZE } from "../../repository/repository.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { archiveJson } from "../render/archive_json.ts";
import { jsonDocument, type JsonObject } from "../render/json.ts";
import { cacheJson, repositoryJson } from "../render/repository_json.ts";
import { madeArchiveLines, repositoryLines, RULE, SIZE_HEADER, sizesLine } from "../render/stats.ts";

export interface ReportOptions {
  readonly json: boolean;
  readonly stats: boolean;
  readonly quickStats: boolean;
  readonly iec: boolean;
}

/** Shows what is known of an archive that was just made, if the user wants to know. */
export async function reportCreated(
  writable: Writable,
  archive: CreatedArchive,
  options: ReportOptions,
  context: Context,
): Promise<void> {
  if (!options.json && !options.stats && !options.quickStats) return;
  const { cache } = writable;
  const full = cache instanceof Cache && !options.quickStats ? { ...writable, cache } : undefined;
  const sums = full && await repositorySums(hostOf(context), full);
  if (options.json) {
    const document = {
      ...repositoryJson(writable),
      ...(full && sums && { cache: cacheJson(full.cache.path, sums) }),
      archive: createdJson(archive),
    };
    context.stdout.write(`${jsonDocument(document, context.env["BORG_JSON_INDENT"])}\n`);
  } else {
    const all = sums
      ? repositoryLines({ ...sums.chunks, ...sums.archives }, options)
      : options.quickStats
      ? []
      : unknownLines(cache.chunks.count);
    for (const line of statisticsLines(writable, archive, all, options.iec)) context.log.output("stats", line);
  }
}

function createdJson({ statistics, csize, metadata: { cmdline }, ...archive }: CreatedArchive): JsonObject {
  const { osize: size, csize: stored, usize, nfiles } = statistics;
  return archiveJson({
    ...archive,
    counts: { size, csize: stored, usize, nfiles },
    utilization: csize / MAX_DATA_SIZE,
    cmdline,
  });
}

function statisticsLines(
  { location }: Writable,
  archive: CreatedArchive,
  aboutRepository: readonly string[],
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
    ...aboutRepository,
    RULE,
  ];
}

/** A run without the real cache does not know what others refer to. */
function unknownLines(chunks: number): string[] {
  const unknown = "unknown".padStart(20);
  return [
    `All archives: ${unknown} ${unknown} ${unknown}`,
    "",
    "                       Unique chunks         Total chunks",
    `Chunk index:    ${String(chunks).padStart(20)} ${unknown}`,
  ];
}
