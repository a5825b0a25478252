import type { ArgumentParser } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";
import { isFiltered } from "../chosen_archives.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { Log } from "../log.ts";
import { addArchives, type ArchivesOptions } from "../options/archive_filters.ts";
import { addCheckpointInterval, type CheckpointOptions } from "../options/checkpoints.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addStatistics, dropStatisticsOfDryRun, type StatisticsOptions } from "../options/statistics.ts";
import { CommandError } from "../usage_problem.ts";
import { deleteNamed } from "./delete_archives.ts";
import { deleteWhole } from "./delete_repository.ts";

export interface DeleteOptions extends CommonOptions, ArchivesOptions, CheckpointOptions, StatisticsOptions {
  readonly archives: readonly string[];
  readonly dryRun: boolean;
  readonly list: boolean;
  readonly cacheOnly: boolean;
  /** 1: put up with damage; 2: only forget the archives. */
  readonly force: number;
  readonly keepSecurityInfo: boolean;
  readonly saveSpace: boolean;
}

const TEXT = `
Deletes archives: those that are named, or those that an archive filter chooses. Space on disk is set free by
"borg compact". Try --dry-run --list first.

Without archive and filter the whole repository is deleted, after a question that only YES answers (or
BORG_DELETE_I_KNOW_WHAT_I_AM_DOING=YES), together with its cache and security information on this machine.

--save-space is accepted and changes nothing.

Examples:
  borg delete /mnt/backup/repo::monday
  borg delete --list --dry-run --glob-archives 'old-*' /mnt/backup/repo
  borg delete --cache-only /mnt/backup/repo`;

export const deleteCommand: Command<DeleteOptions> = {
  name: "delete",
  help: "Delete archives or a repository",
  epilog: epilog(TEXT),
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchives(parser, types, "what to delete, or where");
  parser.add_argument("archives", {
    metavar: "ARCHIVE",
    nargs: "*",
    type: types.archiveName,
    help: "names of more archives in the same repository",
  });
  flag(parser, ["-n", "--dry-run"], "dryRun", "delete nothing");
  flag(parser, "--list", "list", "show each archive");
  addStatistics(parser, "what is deleted");
  flag(parser, "--cache-only", "cacheOnly", "delete only the local cache of the repository");
  parser.add_argument("--force", {
    dest: "force",
    action: "count",
    default: 0,
    help: "delete damaged archives as well; given twice, only take them off the list of archives",
  });
  flag(parser, "--keep-security-info", "keepSecurityInfo", "keep the security information of a deleted repository");
  flag(parser, "--save-space", "saveSpace", "without effect");
  addCheckpointInterval(parser, types);
}

function check(options: DeleteOptions, log: Log): DeleteOptions {
  if (isNamed(options) && isFiltered(options)) {
    throw new CommandError("Mixing archive filters and explicitly named archives is not supported.");
  }
  return dropStatisticsOfDryRun(options, log);
}

function isNamed({ location, archives }: DeleteOptions): boolean {
  return location.archive !== undefined || archives.length > 0;
}

function run(options: DeleteOptions, context: Context): Promise<void> {
  return isNamed(options) || isFiltered(options) ? deleteNamed(options, context) : deleteWhole(options, context);
}
