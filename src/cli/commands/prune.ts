import type { ArgumentGroup, ArgumentParser } from "argparse";
import type { Manifest } from "../../archive/manifest.ts";
import type { Micros } from "../../archive/timestamps.ts";
import { deleteArchives } from "../../operations/delete/delete_archives.ts";
import { type Cached, withCache, withManifest } from "../../operations/opening.ts";
import { planPrune, pruneCandidates, type PruneStep } from "../../operations/prune/plan.ts";
import { type RuleName, RULES } from "../../operations/prune/rules.ts";
import type { Steps } from "../../operations/reporter.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import { chosenBy } from "../chosen_archives.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { Log } from "../log.ts";
import { addArchiveFilters, type ArchiveFilterOptions } from "../options/archive_filters.ts";
import { addCheckpointInterval, type CheckpointOptions } from "../options/checkpoints.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";
import { addStatistics, dropStatisticsOfDryRun, type StatisticsOptions } from "../options/statistics.ts";
import { ContextReporter } from "../reporter.ts";
import { CommandError } from "../usage_problem.ts";
import { reportDeleted } from "./deletion_report.ts";
import { PruneListing } from "./prune_listing.ts";

export interface PruneOptions
  extends
    CommonOptions,
    ArchiveFilterOptions,
    CheckpointOptions,
    LocationOptions,
    StatisticsOptions,
    Readonly<Record<RuleName, number>> {
  readonly dryRun: boolean;
  readonly list: boolean;
  readonly force: number;
  readonly within: Micros | undefined;
  readonly saveSpace: boolean;
}

const TEXT = `
Deletes the archives that no rule keeps. Space on disk is set free by "borg compact". Try --dry-run --list first: it shows
each archive, and the rule that keeps it.

Where one repository holds backups of several machines or several things, prune each of them on its own with
--glob-archives: rules count whatever archives they are given.

--keep-within keeps every archive that was begun within that time before now: a number and H (hours), d (days), w (weeks),
m (months of 31 days) or y (years of 365 days).

The other rules each keep the newest archive of a second, minute, hour, day, week, month, quarter or year, of as many of
these as are asked for; of all that there are when the number is below zero. Spans in which no archive was made do not
count, nor do archives that one of the rules before has kept already: --keep-daily 7 --keep-weekly 4 keeps seven days and
four weeks. Days and all else are those of the local time zone. When archives are too few for a rule, it keeps the oldest.

Quarters begin in weeks 1, 14, 27 and 40 of the year for --keep-13weekly, in January, April, July and October for
--keep-3monthly.

Checkpoints, which interrupted backups leave, are deleted and never counted; if the newest archive is one it is kept.

--save-space is accepted and changes nothing.

Examples:
  borg prune --list --dry-run --keep-daily 7 --keep-weekly 4 /mnt/backup/repo
  borg prune --glob-archives '{hostname}-*' --keep-within 10d --keep-monthly=-1 /mnt/backup/repo`;

export const prune: Command<PruneOptions> = {
  name: "prune",
  help: "Delete archives that no rule keeps",
  epilog: epilog(TEXT),
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "whose archives to prune");
  flag(parser, ["-n", "--dry-run"], "dryRun", "delete nothing");
  parser.add_argument("--force", {
    dest: "force",
    action: "count",
    default: 0,
    help: "delete damaged archives as well",
  });
  addStatistics(parser, "what is deleted");
  flag(parser, "--list", "list", "show each archive, and why it is kept");
  addRules(parser, types);
  addArchiveFilters(parser, types, false);
  flag(parser, "--save-space", "saveSpace", "without effect");
  addCheckpointInterval(parser, types);
}

type Adder = Pick<ArgumentGroup, "add_argument">;

function addRules(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("--keep-within", {
    dest: "within",
    type: types.interval,
    metavar: "INTERVAL",
    help: "keep all archives of this time, e.g. 2d",
  });
  const quarterly = parser.add_mutually_exclusive_group();
  const rule = (flags: readonly [string, ...string[]], dest: RuleName, span: string, group: Adder = parser) =>
    group.add_argument(...flags, {
      dest,
      type: types.integer,
      default: 0,
      metavar: dest.toUpperCase(),
      help: `number of archives to keep, one of each ${span}`,
    });
  rule(["--keep-last", "--keep-secondly"], "secondly", "second");
  rule(["--keep-minutely"], "minutely", "minute");
  rule(["-H", "--keep-hourly"], "hourly", "hour");
  rule(["-d", "--keep-daily"], "daily", "day");
  rule(["-w", "--keep-weekly"], "weekly", "week");
  rule(["-m", "--keep-monthly"], "monthly", "month");
  rule(["--keep-13weekly"], "quarterly_13weekly", "quarter of 13 weeks", quarterly);
  rule(["--keep-3monthly"], "quarterly_3monthly", "quarter of 3 months", quarterly);
  rule(["-y", "--keep-yearly"], "yearly", "year");
}

function check(options: PruneOptions, log: Log): PruneOptions {
  if (options.within === undefined && RULES.every(({ name }) => options[name] === 0)) {
    throw new CommandError(
      'At least one of the "keep-within", "keep-last", "keep-secondly", "keep-minutely", "keep-hourly", "keep-daily", ' +
        '"keep-weekly", "keep-monthly", "keep-13weekly", "keep-3monthly", or "keep-yearly" settings must be specified.',
    );
  }
  return dropStatisticsOfDryRun(options, log);
}

async function run(options: PruneOptions, context: Context): Promise<void> {
  const { location, lockWait } = options;
  const opening = { lock: "exclusive", lockWait, features: ["delete"] } as const;
  const host = hostOf(context);
  if (options.dryRun) {
    return await withManifest(host, location, opening, ({ manifest }) => {
      new PruneListing(planned(manifest, options, context), true, options.list, context).finish();
      return Promise.resolve();
    });
  }
  context.interruption.allowGoodEnd();
  await withCache(host, location, opening, (cached) => pruneArchives(cached, options, context));
}

function planned(manifest: Manifest, options: PruneOptions, { clock, log }: Context): PruneStep[] {
  const candidates = pruneCandidates(manifest, chosenBy(options).glob);
  const steps = planPrune(candidates, { within: options.within, counts: options }, clock.now() / 1000n);
  const pruned = steps.filter(({ verdict }) => verdict.kind === "prune").length;
  log.info(`Archives in the repository: ${manifest.archives.size}`);
  log.info(`Archives considered: ${steps.length}`);
  log.info(`Archives kept: ${steps.length - pruned}, pruned: ${pruned}`);
  return steps;
}

async function pruneArchives(cached: Cached, options: PruneOptions, context: Context): Promise<void> {
  const { list, checkpointInterval } = options;
  const steps = planned(cached.manifest, options, context);
  const names = steps.filter(({ verdict }) => verdict.kind === "prune").map(({ archive }) => archive.name);
  const listing = new PruneListing(steps, false, list, context);
  const reporter = new PruneReporter(context, { list, filter: undefined });
  const deletion = { force: options.force > 0, checkpointInterval };
  const turns = { next: () => listing.advance(), end: () => listing.finish() };
  const statistics = await deleteArchives(hostOf(context), cached, names, deletion, reporter, turns);
  await reportDeleted(cached, statistics, options, context);
}

/** The progress of a prune is that of its list: single archives show none. */
class PruneReporter extends ContextReporter {
  override begin(): Steps {
    return { advance: () => {}, finish: () => {} };
  }
}
