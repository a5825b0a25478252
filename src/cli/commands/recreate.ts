import type { ArgumentParser } from "argparse";
import { isRecreateTemporary } from "../../archive/names.ts";
import type { Micros } from "../../archive/timestamps.ts";
import type { ChunkerParams } from "../../chunking/chunker.ts";
import type { Compression } from "../../compression/compression.ts";
import { displayText } from "../../encoding/path.ts";
import { chooseArchives } from "../../operations/choose_archives.ts";
import { type Cached, type Unlocked, withCache, withManifest } from "../../operations/opening.ts";
import {
  planRecreation,
  recreateArchive,
  type RecreatePlan,
  type Selection,
  showRecreation,
} from "../../operations/recreate/recreate_archive.ts";
import type { RecreateOptions as Recreating } from "../../operations/recreate/recreation.ts";
import type { RecompressMode } from "../../operations/recreate/recompression.ts";
import { hostname, loginName } from "../../platform/host.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { Log } from "../log.ts";
import { pathsMeant } from "../matching.ts";
import { addCompression, addTimestamp } from "../options/archive.ts";
import { addCheckpointInterval, type CheckpointOptions } from "../options/checkpoints.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepositoryOrArchive, type LocationOptions } from "../options/location.ts";
import { addPaths, addTagExclusions, type PathOptions, type TagOptions } from "../options/paths.ts";
import { addStatuses } from "../options/statuses.ts";
import { ContextReporter } from "../reporter.ts";
import { CommandError } from "../usage_problem.ts";
import { reportCreated } from "./create_report.ts";

export interface RecreateOptions extends CommonOptions, LocationOptions, CheckpointOptions, PathOptions, TagOptions {
  readonly dryRun: boolean;
  readonly list: boolean;
  readonly filter: string | undefined;
  readonly stats: boolean;
  readonly target: string | undefined;
  readonly comment: string | undefined;
  readonly timestamp: Micros | undefined;
  readonly compression: Compression;
  readonly recompress: RecompressMode | "never";
  readonly chunkerParams: ChunkerParams | undefined;
}

const TEXT = `
Makes an archive anew: without what patterns and tags exclude (what was excluded is lost), with contents compressed or cut
in another way, or with another comment. With a repository all its archives are made anew, one after the other. Without
--target the new archive takes the place of the old one. Space is set free by "borg compact". Try --dry-run --list first.

PATH and patterns mean what they mean for "borg extract". --exclude-caches and --exclude-if-present go by what is in the
archive.

--recompress says which chunks are compressed anew, with --compression:
  never           none (this is the default)
  if-different    those that are compressed by another method, whatever its level (without MODE, this is meant)
  always          all
Chunks are shared: other archives get them compressed in the new way, too.

With --chunker-params contents are cut anew, which takes time and means that they share nothing with archives that were
cut in another way. Nothing is done to archives that were cut like that already.

--list shows the letters of "borg create" before each path; with --dry-run, "-" before what would stay.

Examples:
  borg recreate --dry-run --list --exclude 'home/*/.cache' /mnt/backup/repo::monday
  borg recreate --recompress --compression zstd,10 /mnt/backup/repo
  borg recreate --comment "before the move" /mnt/backup/repo::monday`;

export const recreate: Command<RecreateOptions> = {
  name: "recreate",
  help: "Make archives anew, with less in them or stored in another way",
  epilog: epilog(TEXT),
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepositoryOrArchive(parser, types, "the archive, or the repository of all archives");
  addTagExclusions(addPaths(parser, types, "what stays"), types);
  addStatuses(parser);
  flag(parser, ["-n", "--dry-run"], "dryRun", "change nothing");
  flag(parser, ["-s", "--stats"], "stats", "show statistics of each new archive");
  addArchiveOptions(parser, types);
}

function addArchiveOptions(parser: ArgumentParser, types: ArgumentTypes): void {
  const group = parser.add_argument_group("Archive options");
  const option = (names: [string, ...string[]], dest: string, type: unknown, metavar: string, help: string) =>
    group.add_argument(...names, { dest, type: type as (text: string) => unknown, metavar, help });
  option(["--target"], "target", types.archiveName, "TARGET", "name of the new archive; the old one stays as it is");
  addCheckpointInterval(group, types);
  option(["--comment"], "comment", types.text, "COMMENT", "a remark to keep with the archive");
  addTimestamp(group, types);
  addCompression(group, types);
  group.add_argument("--recompress", {
    dest: "recompress",
    nargs: "?",
    default: "never",
    const: "if-different",
    choices: ["never", "if-different", "always"],
    metavar: "MODE",
    help: "which chunks to compress anew: never, if-different, always",
  });
  option(["--chunker-params"], "chunkerParams", types.chunkerParams, "PARAMS", "how to cut contents anew");
}

function check(options: RecreateOptions, log: Log): RecreateOptions {
  const { location: { archive }, target, dryRun, stats } = options;
  if (archive !== undefined && isRecreateTemporary(archive)) {
    throw new CommandError(`Refusing to work on temporary archive of prior recreate: ${archive}`);
  }
  if (archive === undefined && target !== undefined) throw new CommandError("--target: Need to specify single archive");
  if (!dryRun || !stats) return options;
  log.warning("Ignoring --stats. It is not supported when using --dry-run.");
  return { ...options, stats: false };
}

async function run(options: RecreateOptions, context: Context): Promise<void> {
  const { location, lockWait, dryRun } = options;
  const opening = { lock: "exclusive", lockWait, features: ["check"] } as const;
  const host = hostOf(context);
  const command = new RecreateCommand(options, context);
  if (dryRun) return await withManifest(host, location, opening, (unlocked) => command.show(unlocked));
  context.interruption.allowGoodEnd();
  await withCache(host, location, opening, (cached) => command.execute(cached));
}

class RecreateCommand {
  readonly #host;
  readonly #reporter: ContextReporter;
  readonly #recreating: Recreating;
  readonly #selection: Selection;

  constructor(private readonly options: RecreateOptions, private readonly context: Context) {
    this.#host = hostOf(context);
    this.#reporter = new ContextReporter(context, options);
    this.#recreating = recreatingOptions(options, context);
    this.#selection = selectionOf(options);
  }

  show(unlocked: Unlocked): Promise<void> {
    return this.#each(unlocked, (plan) => showRecreation(unlocked, plan, this.#recreating, this.#reporter));
  }

  execute(cached: Cached): Promise<void> {
    return this.#each(cached, async (plan) => {
      const archive = await recreateArchive(this.#host, cached, plan, this.#recreating, this.#reporter);
      await reportCreated(cached, archive, { ...this.options, json: false, quickStats: false }, this.context);
    });
  }

  async #each(unlocked: Unlocked, act: (plan: RecreatePlan) => Promise<void>): Promise<void> {
    const { archive } = this.options.location;
    if (archive !== undefined) {
      if (!await this.#one(unlocked, archive, act)) throw new CommandError(NOTHING_TO_DO);
      return;
    }
    const filter = { glob: undefined, sortBy: ["timestamp"], first: undefined, last: undefined } as const;
    for (const { name } of chooseArchives(unlocked.manifest, filter)) {
      if (isRecreateTemporary(name)) continue;
      this.context.stdout.write(`Processing ${displayText(name)}\n`);
      await this.#one(unlocked, name, act);
    }
  }

  /** Gives whether there was something to do. */
  async #one(unlocked: Unlocked, name: string, act: (plan: RecreatePlan) => Promise<void>): Promise<boolean> {
    const plan = await planRecreation(this.#host, unlocked, name, this.#selection, this.#recreating);
    if (plan.isNeeded) await act(plan);
    return plan.isNeeded;
  }
}

const NOTHING_TO_DO = "Nothing to do. Archive was not processed.\n" +
  "Specify at least one pattern, PATH, --comment, re-compression or re-chunking option.";

function selectionOf(options: RecreateOptions): Selection {
  const { patterns, excludeCaches, excludeIfPresent, keepExcludeTags } = options;
  return {
    rules: patterns.flatMap(({ rules }) => [...rules]),
    paths: pathsMeant(options),
    tags: { caches: excludeCaches, names: excludeIfPresent, keep: keepExcludeTags },
  };
}

function recreatingOptions(options: RecreateOptions, { argv, env, programName }: Context): Recreating {
  const { target, comment, timestamp, chunkerParams, compression, recompress, checkpointInterval } = options;
  return {
    target,
    comment,
    timestamp,
    chunkerParams,
    compression,
    recompress: recompress === "never" ? undefined : recompress,
    checkpointInterval,
    considerParts: options.considerPartFiles,
    cmdline: [programName, ...argv],
    hostname: env["BORG_HOSTNAME"] || hostname(),
    username: env["BORG_USERNAME"] || loginName(env),
  };
}
