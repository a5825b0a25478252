import type { ArgumentParser } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { addArchives, type ArchivesOptions } from "../options/archive_filters.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addPaths, type PathOptions } from "../options/paths.ts";
import { ARCHIVE_KEY_HELP } from "../render/archive_keys.ts";
import { ITEM_KEY_HELP } from "../render/item_keys.ts";
import { CONSTANT_KEY_HELP, describeKeys } from "../render/keys.ts";
import { CommandError } from "../usage_problem.ts";
import { listArchive } from "./list_archive.ts";
import { listRepository } from "./list_repository.ts";

export interface ListOptions extends CommonOptions, ArchivesOptions, PathOptions {
  readonly considerCheckpoints: boolean;
  readonly short: boolean;
  readonly format: string | undefined;
  readonly json: boolean;
  readonly jsonLines: boolean;
}

const TEXT = `
Lists the archives of a repository, or what is in an archive. With PATH only what lies under each PATH is listed; PATH
may be a pattern (see "borg help patterns").

--format takes a text with keys in braces. After a colon a key may be given fill, alignment, width and precision, as in
{size:>12} or {path:.20}; times take a strftime format, as in {mtime:%Y-%m-%d}. {{ and }} stand for braces.

Keys for everything:
${describeKeys(CONSTANT_KEY_HELP)}

Keys for archives:
${describeKeys(ARCHIVE_KEY_HELP)}

Keys for what is in an archive:
${describeKeys(ITEM_KEY_HELP)}

Examples:
  borg list /mnt/backup/repo
  borg list --glob-archives '*-monday' --format '{archive}{TAB}{comment}{NL}' /mnt/backup/repo
  borg list --format '{size:>12} {path}{NL}' /mnt/backup/repo::monday etc`;

export const list: Command<ListOptions> = {
  name: "list",
  help: "List archives or what is in one",
  epilog: epilog(TEXT),
  mayBypassLock: true,
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchives(parser, types, "what to list");
  addPaths(parser, types, "of an archive, what to list");
  flag(parser, "--consider-checkpoints", "considerCheckpoints", "show unfinished archives too");
  flag(parser, "--short", "short", "show names or paths only");
  parser.add_argument("--format", { dest: "format", metavar: "FORMAT", help: "what to show of each, see below" });
  flag(parser, "--json", "json", "list archives as JSON, with the keys that --format mentions added");
  flag(
    parser,
    "--json-lines",
    "jsonLines",
    "list what is in an archive as JSON, one object per line, with the keys " +
      "that --format mentions added",
  );
}

function check(options: ListOptions): ListOptions {
  const inArchive = options.location.archive !== undefined;
  if (inArchive && options.json) {
    throw new CommandError("The --json option is only valid for listing archives, not archive contents.");
  }
  if (!inArchive && options.jsonLines) {
    throw new CommandError("The --json-lines option is only valid for listing archive contents, not archives.");
  }
  return options;
}

function run(options: ListOptions, context: Context): Promise<void> {
  const { archive } = options.location;
  return archive === undefined ? listRepository(options, context) : listArchive(options, archive, context);
}
