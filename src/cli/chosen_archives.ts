import { type ArchiveFilter, prefixGlob } from "../selection/archive_filter.ts";
import type { ArchiveFilterOptions, ArchiveOrderOptions } from "./options/archive_filters.ts";

/** Which archives the options choose, and in which order. */
export function chosenBy(options: ArchiveFilterOptions & Partial<ArchiveOrderOptions>): ArchiveFilter {
  const { prefix, globArchives, sortBy = ["timestamp"], first, last } = options;
  return { glob: prefix === undefined ? globArchives : prefixGlob(prefix), sortBy, first, last };
}

/** Whether one of the options leaves archives out. */
export function isFiltered({ prefix, globArchives, first, last }: Partial<ArchiveOrderOptions>): boolean {
  return [prefix, globArchives, first, last].some((filter) => filter !== undefined);
}
