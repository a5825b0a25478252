import type { ArgumentParser } from "argparse";
import type { Log } from "../log.ts";

export interface StatisticsOptions {
  readonly stats: boolean;
  /** Without what needs the sums over all archives. */
  readonly quickStats: boolean;
}

export function addStatistics(parser: ArgumentParser, subject: string): void {
  const group = parser.add_mutually_exclusive_group();
  group.add_argument("-s", "--stats", { dest: "stats", action: "store_true", help: `show statistics of ${subject}` });
  group.add_argument("--quick-stats", {
    dest: "quickStats",
    action: "store_true",
    help: "the same without sums over all archives, which take time",
  });
}

/** There is nothing to count when nothing is done. */
export function dropStatisticsOfDryRun<O extends StatisticsOptions & { readonly dryRun: boolean }>(
  options: O,
  log: Log,
): O {
  if (!options.dryRun || !(options.stats || options.quickStats)) return options;
  const given = options.stats ? "--stats" : "--quick-stats";
  log.warning(`Ignoring ${given}. It is not supported when using --dry-run.`);
  return { ...options, stats: false, quickStats: false };
}
