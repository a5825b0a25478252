import type { ArgumentParser } from "argparse";
import { type ArchiveMetadata, loadArchive } from "../../archive/archive.ts";
import { equal } from "../../encoding/bytes.ts";
import { encode } from "../../encoding/msgpack.ts";
import { diffArchives } from "../../operations/diff/diff_archives.ts";
import type { Difference } from "../../operations/diff/difference.ts";
import { archiveTamOptions, type Unlocked, withManifest } from "../../operations/opening.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import {
  BY_PATH,
  DIFFERENCE_FIELDS,
  type DifferenceOrder,
  parseDifferenceOrder,
  sortDifferences,
} from "../difference_order.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { matcherForArchive } from "../matching.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addArchive } from "../options/location.ts";
import { addNumericIds } from "../options/metadata.ts";
import { addPaths, type PathOptions } from "../options/paths.ts";
import { differenceJson, differenceText } from "../render/difference.ts";
import { ContextReporter } from "../reporter.ts";

export interface DiffOptions extends CommonOptions, PathOptions {
  readonly location: ArchiveLocation;
  readonly other: string;
  readonly numericIds: boolean;
  readonly sameChunkerParams: boolean;
  /** Empty: the order in which differences are found. */
  readonly sortBy: readonly DifferenceOrder[];
  readonly contentOnly: boolean;
  readonly jsonLines: boolean;
}

const TEXT = `
Shows in what two archives of a repository differ: in contents, owners, modes and times of files, in targets of links,
and in what only one of them has.

Where files of both archives were cut with the same chunker parameters, only ids of chunks are compared, which is fast;
the sizes shown are those of chunks that only one of them has. Otherwise contents are read and compared. If you know that
the parameters were the same although an archive does not say so, use --same-chunker-params.

--sort-by takes fields, separated by commas, each with ">" for descending or "<" for ascending order in front:
  path                                  path
  size_added, size_removed, size_diff   bytes added, bytes removed, the first less the second
  size                                  size in the second archive
  user, group, uid, gid, ctime, mtime   as in the second archive; for what was removed, as in the first
  ctime_diff, mtime_diff                by how much a time has changed

Examples:
  borg diff /mnt/backup/repo::monday tuesday
  borg diff --content-only --sort-by '>size_added,path' /mnt/backup/repo::monday tuesday home/me`;

const STATUSES = { "1": "a PATH matched nothing, or names of hard links could not be compared" };

const SLOW = "--chunker-params are different between archives, diff will be slow.";

export const diff: Command<DiffOptions> = {
  name: "diff",
  help: "Compare two archives",
  epilog: epilog(TEXT, STATUSES),
  mayBypassLock: true,
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchive(parser, types, "the repository and the first archive", "REPO::ARCHIVE1");
  parser.add_argument("other", { metavar: "ARCHIVE2", type: types.archiveName, help: "name of the second archive" });
  addPaths(parser, types, "what to compare");
  addNumericIds(parser, "compare");
  flag(parser, "--same-chunker-params", "sameChunkerParams", "trust that files were cut in the same way");
  parser.add_argument("--sort", {
    dest: "deprecatedSort",
    action: "store_const",
    const: BY_PATH,
    help: "deprecated: use --sort-by=path",
  });
  parser.add_argument("--sort-by", {
    dest: "sortBy",
    type: parseDifferenceOrder,
    default: [],
    metavar: "FIELD[,FIELD...]",
    help: `sort by these: ${DIFFERENCE_FIELDS.join(", ")}`,
  });
  flag(parser, "--content-only", "contentOnly", "compare contents, not owners, modes and times");
  flag(parser, "--json-lines", "jsonLines", "print a JSON object per line");
}

async function run(options: DiffOptions, context: Context): Promise<void> {
  const { location, bypassLock, lockWait } = options;
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  await withManifest(hostOf(context), location, opening, (unlocked) => compare(unlocked, options, context));
}

async function compare(unlocked: Unlocked, options: DiffOptions, context: Context): Promise<void> {
  const { manifest, objects } = unlocked;
  const load = async (name: string) =>
    (await loadArchive(objects, manifest.entry(name).id, archiveTamOptions(context))).metadata;
  const before = await load(options.location.archive);
  const after = await load(options.other);
  const sameChunking = options.sameChunkerParams || sameParams(before, after);
  if (!sameChunking) context.log.warning(SLOW);
  const reporter = new ContextReporter(context, { list: false, filter: undefined });
  const { contentOnly, numericIds, considerPartFiles: considerParts } = options;
  const checkAbort = () => context.interruption.now.throwIfAborted();
  const rules = {
    contentOnly,
    numericIds,
    considerParts,
    sameChunking,
    checkAbort,
    matcher: matcherForArchive(options),
  };
  await show(diffArchives(objects, before, after, rules, reporter), options, context);
}

/** Archives that do not say how their files were cut may have been made in different ways. */
function sameParams({ chunkerParams: before }: ArchiveMetadata, { chunkerParams: after }: ArchiveMetadata): boolean {
  return before !== undefined && after !== undefined && equal(encode(before), encode(after));
}

async function show(differences: AsyncIterable<Difference>, options: DiffOptions, { stdout }: Context): Promise<void> {
  const write = (difference: Difference) =>
    stdout.write(`${options.jsonLines ? differenceJson(difference) : differenceText(difference)}\n`);
  if (options.sortBy.length === 0) {
    for await (const difference of differences) write(difference);
    return;
  }
  const all: Difference[] = [];
  for await (const difference of differences) all.push(difference);
  sortDifferences(all, options.sortBy);
  all.forEach(write);
}
