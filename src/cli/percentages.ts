import { formatFixed } from "../encoding/fixed_point.ts";

/** How an operation that can be counted is shown: the text, and the steps in per cent in which it changes. */
export interface Percentage {
  readonly step: number;
  text(percentage: number): string;
}

/** A text with the percentage behind it, in at least `width` columns. */
function after(prefix: string, step: number, width: number, decimals: number): Percentage {
  return { step, text: (value) => `${prefix} ${formatFixed(value, decimals).padStart(width)}%` };
}

/** A percentage with the text behind it. */
function before(suffix: string, step: number, width: number, decimals: number): Percentage {
  return { step, text: (value) => `${formatFixed(value, decimals).padStart(width)}% ${suffix}` };
}

/** What goes by the id of `extract` and makes a tar file. */
export const PROCESSING: Percentage = before("Processing: ", 0.1, 5, 1);

/** By the operation ids of format reference 12. */
const PERCENTAGES: ReadonlyMap<string, Percentage> = new Map([
  ["repository.check", after("Checking segments", 0.1, 3, 1)],
  ["repository.compact_segments", after("Compacting segments", 1, 3, 0)],
  ["repository.replay_segments", after("Replaying segments", 5, 3, 0)],
  ["check.verify_data", after("Verifying data", 0.01, 6, 2)],
  ["check.rebuild_manifest", after("Rebuilding manifest", 0.01, 6, 2)],
  ["check.rebuild_refcounts", after("Checking archives", 0.1, 3, 1)],
  ["upgrade.convert_segments", after("Converting segments", 5, 3, 0)],
  ["extract", before("Extracting: ", 0.1, 5, 1)],
  ["extract.permissions", after("Setting directory permissions", 5, 3, 0)],
  ["archive.delete", after("Decrementing references", 1, 3, 0)],
  ["prune", after("Pruning archives", 1, 3, 0)],
  ["cache.sync", before("Syncing chunks cache. Processing archive ", 0.1, 3, 0)],
]);

/** `archive`: which the operation is about, for those that name it. */
export function percentageOf(operation: string, archive = ""): Percentage {
  if (operation === "archive.calc_stats") return after(`Calculating statistics for archive ${archive} ...`, 1, 3, 0);
  return PERCENTAGES.get(operation) ?? after(operation, 1, 3, 0);
}
