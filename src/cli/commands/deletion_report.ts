import type { Statistics } from "../../archive/statistics.ts";
import type { Cached } from "../../operations/opening.ts";
import { repositorySums } from "../../operations/repository_sums.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import type { StatisticsOptions } from "../options/statistics.ts";
import { repositoryLines, RULE, SIZE_HEADER, sizesLine } from "../render/stats.ts";

type ReportOptions = CommonOptions & StatisticsOptions;

/** Shows what was deleted, and with `--stats` what is left, when that was asked for. */
export async function reportDeleted(
  cached: Cached,
  statistics: Statistics,
  options: ReportOptions,
  context: Context,
): Promise<void> {
  const { stats, quickStats, considerPartFiles } = options;
  if (!stats && !quickStats) return;
  const lines = [RULE, SIZE_HEADER, deletedLine(statistics, options)];
  if (stats) {
    const { archives, chunks } = await repositorySums(hostOf(context), cached, considerPartFiles);
    lines.push(...repositoryLines({ ...chunks, ...archives }, options));
  }
  for (const line of [...lines, RULE]) context.log.output("stats", line);
}

function deletedLine(statistics: Statistics, options: ReportOptions): string {
  const { osize: size, csize, usize, osizeParts, csizeParts, usizeParts } = statistics;
  if (!options.considerPartFiles) return sizesLine("Deleted data:", { size, csize, usize }, options);
  const sizes = { size: size + osizeParts, csize: csize + csizeParts, usize: usize + usizeParts };
  return sizesLine("Deleted data:", sizes, options);
}
