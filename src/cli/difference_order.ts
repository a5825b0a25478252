import { ArgumentTypeError } from "argparse";
import type { Item } from "../archive/item.ts";
import { byCodePoints } from "../encoding/code_points.ts";
import type { Change, Difference } from "../operations/diff/difference.ts";

type Value = string | number | bigint;

/** One criterion by which differences are put in order. */
export interface DifferenceOrder {
  readonly field: string;
  readonly descending: boolean;
}

/** What differences can be sorted by. Attributes are those of the second archive, or of the first for what was removed. */
const FIELDS: Readonly<Record<string, (difference: Difference) => Value>> = {
  path: ({ path }) => path,
  size_added: ({ changes }) => sizes(changes).added,
  size_removed: ({ changes }) => sizes(changes).removed,
  size_diff: ({ changes }) => sizes(changes).added - sizes(changes).removed,
  size: ({ after }) => after?.chunks?.reduce((sum, { size }) => sum + size, 0) ?? 0,
  user: (difference) => present(difference).user ?? "",
  group: (difference) => present(difference).group ?? "",
  uid: (difference) => present(difference).uid,
  gid: (difference) => present(difference).gid,
  ctime: (difference) => present(difference).ctime ?? 0n,
  mtime: (difference) => present(difference).mtime,
  ctime_diff: ({ before, after }) => (after?.ctime ?? 0n) - (before?.ctime ?? 0n),
  mtime_diff: ({ before, after }) => (after?.mtime ?? 0n) - (before?.mtime ?? 0n),
};

export const DIFFERENCE_FIELDS: readonly string[] = Object.keys(FIELDS);
export const BY_PATH: readonly DifferenceOrder[] = [{ field: "path", descending: false }];

/** Reads `FIELD,FIELD…`, each with `>` for descending or `<` for ascending in front of it, or nothing. */
export function parseDifferenceOrder(text: string): DifferenceOrder[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const field = part.replace(/^[<>]/, "");
    if (!Object.hasOwn(FIELDS, field)) throw new ArgumentTypeError(`Invalid sort field: ${field}`);
    return { field, descending: part.startsWith(">") };
  });
}

/** Sorts by the first criterion, where that does not decide by the second, and so on; else the order stays. */
export function sortDifferences(differences: Difference[], orders: readonly DifferenceOrder[]): void {
  differences.sort((a, b) => {
    for (const { field, descending } of orders) {
      const valueOf = FIELDS[field]!;
      const result = compare(valueOf(a), valueOf(b));
      if (result !== 0) return descending ? -result : result;
    }
    return 0;
  });
}

function compare(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return byCodePoints(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function present({ before, after }: Difference): Item {
  return (after ?? before)!;
}

function sizes(changes: readonly Change[]): { added: number; removed: number } {
  const [change] = changes;
  switch (change?.type) {
    case "modified":
      return { added: change.added ?? 0, removed: change.removed ?? 0 };
    case "added":
      return { added: change.size, removed: 0 };
    case "removed":
      return { added: 0, removed: change.size };
    default:
      return { added: 0, removed: 0 };
  }
}
