import { translateShell } from "./glob.ts";

export type ArchiveSortKey = "timestamp" | "name" | "id";

/** What is known of an archive without opening it. */
export interface ArchiveSummary {
  readonly name: string;
  readonly id: Uint8Array;
  /** Its start, as manifests write it: such times sort as texts. */
  readonly time: string;
}

/** Which archives of a repository are meant, and in which order. */
export interface ArchiveFilter {
  /** A shell pattern for the name; missing or empty for all. */
  readonly glob?: string | undefined;
  /** By which to sort; of archives equal in the first, by the second, and so on. Without any, the order stays. */
  readonly sortBy?: readonly ArchiveSortKey[];
  /** Only so many of the sorted ones, from the beginning or from the end. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

const COMPARE: Readonly<Record<ArchiveSortKey, (a: ArchiveSummary, b: ArchiveSummary) => number>> = {
  timestamp: (a, b) => comparePoints(a.time, b.time),
  name: (a, b) => comparePoints(a.name, b.name),
  id: (a, b) => compareBytes(a.id, b.id),
};

/** The pattern that `--prefix` stands for. In BorgBackup, wildcards within the prefix are wildcards too. */
export function prefixGlob(prefix: string): string {
  return `${prefix}*`;
}

/**
 * Whether a name matches the shell pattern `glob`; an empty one matches all.
 *
 * @param checkpoints whether a name also matches that belongs to a checkpoint of one that does
 */
export function archiveNameMatcher(glob: string | undefined, checkpoints = false): (name: string) => boolean {
  const ending = checkpoints ? "(?:\\.checkpoint(?:\\.\\d+)?)?" : "";
  const expression = new RegExp(`^${translateShell(glob || "*")}${ending}$`, "sv");
  return (name) => expression.test(name);
}

/** The archives that `filter` means, in its order. Throws PatternError. */
export function filterArchives<T extends ArchiveSummary>(archives: Iterable<T>, filter: ArchiveFilter): T[] {
  const { glob, sortBy = [], first, last } = filter;
  const matches = archiveNameMatcher(glob);
  const found = [...archives].filter((archive) => matches(archive.name));
  found.sort((a, b) => sortBy.reduce((order, key) => order || COMPARE[key](a, b), 0));
  if (first !== undefined) return found.slice(0, first);
  return last === undefined ? found : found.slice(Math.max(0, found.length - last));
}

/** Order by code points, which is not that of UTF-16 for those beyond the first 65536. */
function comparePoints(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === a.length || i === b.length) return a.length - b.length;
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

/** High surrogates, which begin code points beyond all others, after everything else. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xdc00 ? unit + 0x10000 : unit;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - (b[i] ?? -1);
  return a.length - b.length;
}
