import type { ArgumentParser } from "argparse";
import type { ArchiveSortKey } from "../../selection/archive_filter.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import { addRepositoryOrArchive, type LocationOptions } from "./location.ts";
import { OnlyOnce } from "./only_once.ts";

/** Which archives of a repository are meant, and in which order. */
export interface ArchiveFilterOptions {
  readonly prefix: string | undefined;
  readonly globArchives: string | undefined;
}

export interface ArchiveOrderOptions extends ArchiveFilterOptions {
  readonly sortBy: readonly ArchiveSortKey[];
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** A repository, of which filters may choose archives, or one archive. */
export interface ArchivesOptions extends LocationOptions, ArchiveOrderOptions {}

export function addArchives(parser: ArgumentParser, types: ArgumentTypes, purpose: string): void {
  addRepositoryOrArchive(parser, types, purpose);
  addArchiveFilters(parser, types);
}

/** `--prefix` and `--glob-archives`; with `ordered` also `--sort-by`, `--first` and `--last`. */
export function addArchiveFilters(parser: ArgumentParser, types: ArgumentTypes, ordered = true): void {
  const group = parser.add_argument_group("Archive filters", "Which archives of a repository to consider.");
  const names = group.add_mutually_exclusive_group();
  names.add_argument("-P", "--prefix", {
    dest: "prefix",
    action: OnlyOnce,
    type: types.text,
    metavar: "PREFIX",
    help: "archives whose names start with PREFIX (deprecated: use -a)",
  });
  names.add_argument("-a", "--glob-archives", {
    dest: "globArchives",
    action: OnlyOnce,
    type: types.text,
    metavar: "GLOB",
    help: 'archives whose names match GLOB, a shell pattern (see "borg help patterns")',
  });
  if (!ordered) return;
  group.add_argument("--sort-by", {
    dest: "sortBy",
    type: types.sortKeys,
    default: ["timestamp"],
    metavar: "KEYS",
    help: "sort by KEYS, separated by commas: timestamp, archive, name, id (default: timestamp)",
  });
  const ends = group.add_mutually_exclusive_group();
  for (const end of ["first", "last"]) {
    ends.add_argument(`--${end}`, {
      dest: end,
      type: types.positive,
      metavar: "N",
      help: `of these, the ${end} N archives`,
    });
  }
}
