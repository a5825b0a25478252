import type { ArgumentGroup, ArgumentParser } from "argparse";
import { DEFAULT_FILES_CACHE_MODE, type FilesCacheMode } from "../../cache/files_cache_mode.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { matcherForFiles } from "../matching.ts";
import { ContextReporter } from "../reporter.ts";
import { VERSION } from "../version.ts";
import { createArchive, type CreateOptions as Creation } from "../../operations/create/create.ts";
import { dryFilling } from "../../operations/create/dry_run.ts";
import { fill, type FillOptions, type Sources } from "../../operations/create/fill.ts";
import { skippedDirectories } from "../../operations/create/skipped.ts";
import { withCache, withoutSync, type Writable } from "../../operations/opening.ts";
import { childEnvironment } from "../../platform/environment.ts";
import { unescapeDelimiter } from "../unescape.ts";
import { reportCreated } from "./create_report.ts";
import { epilog } from "../epilog.ts";
import type { Log } from "../log.ts";
import { addArchiveOptions, type ArchiveOptions, describeArchive } from "../options/archive.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addArchive } from "../options/location.ts";
import { addStatuses } from "../options/statuses.ts";
import { addMetadataSwitches, addNumericIds, type MetadataOptions } from "../options/metadata.ts";
import { addPaths, addTagExclusions, type PathOptions, type TagOptions } from "../options/paths.ts";
import { addStatistics, dropStatisticsOfDryRun, type StatisticsOptions } from "../options/statistics.ts";
import { UsageProblem } from "../usage_problem.ts";

export type FilesChangedMode = "ctime" | "mtime" | "disabled";

export interface CreateOptions
  extends CommonOptions, ArchiveOptions, PathOptions, MetadataOptions, StatisticsOptions, StdinOptions, TagOptions {
  readonly location: ArchiveLocation;
  readonly dryRun: boolean;
  readonly list: boolean;
  readonly filter: string | undefined;
  readonly json: boolean;
  readonly noCacheSync: boolean;
  readonly excludeNodump: boolean;
  readonly excludeDataless: boolean;
  readonly oneFileSystem: boolean;
  readonly atime: boolean;
  readonly noctime: boolean;
  readonly nobirthtime: boolean;
  readonly sparse: boolean;
  readonly filesCache: FilesCacheMode;
  readonly filesChanged: FilesChangedMode;
  readonly readSpecial: boolean;
}

/** Where content and paths come from, if not from walking. */
export interface StdinOptions {
  readonly stdinName: string;
  readonly stdinUser: string;
  readonly stdinGroup: string;
  readonly stdinMode: number;
  readonly contentFromCommand: boolean;
  readonly pathsFromStdin: boolean;
  readonly pathsFromCommand: boolean;
  readonly pathsDelimiter: string | undefined;
}

const TEXT = `
Stores files and directories, with all that is in them, as a new archive. Contents that the repository has already are
not stored again, whatever file or machine they came from, and files that have not changed since an earlier archive are
not even read.

Paths are stored as they are given, without a leading slash. What stands before "/./" in a path is left out:
"/srv/./www" is stored as "www". A single "-" stands for standard input.

ARCHIVE is REPOSITORY::NAME. NAME may hold placeholders such as {hostname} and {now} (see "borg help placeholders"); it
must not end in .checkpoint or .checkpoint.N, which is how unfinished archives are called.

Whether a file has changed is told by --files-cache. Its modes:
  ctime,size,inode  the default: time of the last change of any kind, size, and inode number
  mtime,size,inode  time of the last change of content instead
  ctime,size        without inode numbers, which some network file systems do not keep
  mtime,size        the same with the time of content
  size              only the size: fast and risky
  rechunk,ctime     read all files again, and remember ctime
  rechunk,mtime     read all files again, and remember mtime
  disabled          read all files, remember nothing

--list shows a letter before each path:
  A  added               M  modified          U  unchanged        C  changed while it was read
  E  could not be read   d  directory         s  symbolic link    h  hard link to another one
  b  block device        c  character device  f  FIFO             i  standard input
  x  left out            -  dry run: would be stored

Examples:
  borg create --stats --progress -C zstd /mnt/backup/repo::{hostname}-{now} ~/documents /etc
  pg_dumpall | borg create --stdin-name all.sql /mnt/backup/repo::database-{now} -`;

const STATUSES = {
  "1": "something could not be read or changed meanwhile; the archive holds the rest",
};

export const create: Command<CreateOptions> = {
  name: "create",
  help: "Make a backup archive",
  epilog: epilog(TEXT, STATUSES),
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchive(parser, types, "the archive to make: REPOSITORY::NAME");
  const exclusions = addPaths(parser, types, "what to store");
  flag(parser, ["-n", "--dry-run"], "dryRun", "store nothing, and do not even open the repository");
  addStatistics(parser, "the new archive");
  addStatuses(parser);
  flag(parser, "--json", "json", "print statistics as JSON");
  flag(parser, "--no-cache-sync", "noCacheSync", "experimental: leave the local cache as it is, and do not use it");
  addStdin(parser, types);
  addTagExclusions(exclusions, types);
  flag(exclusions, "--exclude-nodump", "excludeNodump", "leave out files with the nodump flag");
  flag(exclusions, "--exclude-dataless", "excludeDataless", "leave out files whose content is in the cloud (macOS)");
  addFilesystem(parser.add_argument_group("Filesystem options"), types);
  addArchiveOptions(parser, types);
}

function addStdin(parser: ArgumentParser, types: ArgumentTypes): void {
  const text = (name: string, dest: string, metavar: string, initial: string, what: string) =>
    parser.add_argument(name, {
      dest,
      metavar,
      default: initial,
      help: `${what} of what standard input is stored as (default: ${initial})`,
    });
  text("--stdin-name", "stdinName", "NAME", "stdin", "name");
  text("--stdin-user", "stdinUser", "USER", "root", "owner");
  text("--stdin-group", "stdinGroup", "GROUP", "root", "group");
  parser.add_argument("--stdin-mode", {
    dest: "stdinMode",
    type: types.octal,
    default: 0o660,
    metavar: "M",
    help: "file mode of what standard input is stored as (default: 0660)",
  });
  flag(parser, "--content-from-command", "contentFromCommand", "run PATH… as a command and store what it prints");
  flag(parser, "--paths-from-stdin", "pathsFromStdin", "read the paths to store, and no others, from standard input");
  flag(parser, "--paths-from-command", "pathsFromCommand", "run PATH… as a command that prints the paths to store");
  parser.add_argument("--paths-delimiter", {
    dest: "pathsDelimiter",
    metavar: "DELIM",
    help: "what stands between such paths (default: a line break)",
  });
}

function addFilesystem(group: ArgumentGroup, types: ArgumentTypes): void {
  flag(group, ["-x", "--one-file-system"], "oneFileSystem", "do not go into other file systems");
  addNumericIds(group, "store");
  flag(group, "--noatime", "deprecatedNoatime", "deprecated: this is the default");
  flag(group, "--atime", "atime", "store times of last access");
  flag(group, "--noctime", "noctime", "do not store times of last change");
  flag(group, "--nobirthtime", "nobirthtime", "do not store times of creation");
  addMetadataSwitches(group, "read and store");
  flag(group, "--sparse", "sparse", "find holes in files without reading them (with the fixed chunker only)");
  group.add_argument("--files-cache", {
    dest: "filesCache",
    type: types.filesCacheMode,
    default: DEFAULT_FILES_CACHE_MODE,
    metavar: "MODE",
    help: "how to tell unchanged files (default: ctime,size,inode)",
  });
  group.add_argument("--files-changed", {
    dest: "filesChanged",
    choices: ["ctime", "mtime", "disabled"],
    default: "ctime",
    metavar: "MODE",
    help: "how to tell that a file changed while it was read: ctime, mtime or disabled (default: ctime)",
  });
  flag(group, "--read-special", "readSpecial", "read devices and FIFOs, and links to them, as if they were files");
}

function check(options: CreateOptions, log: Log): CreateOptions {
  const fromCommand = options.contentFromCommand || options.pathsFromCommand;
  if (options.paths.length === 0 && fromCommand) throw new UsageProblem("No command given.");
  const hasRoots = options.paths.length > 0 || options.patterns.some(({ roots }) => roots.length > 0);
  if (hasRoots && options.pathsFromStdin) {
    throw new UsageProblem("Must not pass PATH with ``--paths-from-stdin``.");
  }
  if (!hasRoots && !options.pathsFromStdin) throw new UsageProblem("Need at least one PATH argument.");
  return dropStatisticsOfDryRun(options, log);
}

async function run(options: CreateOptions, context: Context): Promise<void> {
  const { list, filter, dryRun, location, lockWait, noCacheSync } = options;
  const reporter = new ContextReporter(context, { list, filter });
  const filling = fillOptions(options, context);
  const announce = () => context.log.info(`Creating archive at "${location.spelling}::${location.archive}"`);
  if (dryRun) {
    announce();
    const visit = () => context.interruption.now.throwIfAborted();
    return await fill(dryFilling(reporter, visit), filling, reporter);
  }
  const opening = { lock: "exclusive", lockWait, features: ["write"] } as const;
  const host = hostOf(context);
  const open = noCacheSync ? withoutSync<void> : withCache<void>;
  await open(host, location, opening, async (writable: Writable) => {
    announce();
    const creation = creationOptions(options, context);
    context.interruption.allowGoodEnd();
    const archive = await createArchive(host, writable, creation, reporter, (into) => fill(into, filling, reporter));
    await reportCreated(writable, archive, options, context);
  });
}

function fillOptions(options: CreateOptions, context: Context): FillOptions {
  const { matcher, roots } = matcherForFiles(options);
  const { excludeCaches, excludeIfPresent, keepExcludeTags, oneFileSystem } = options;
  return {
    sources: sourcesOf(options, context, [...roots, ...options.paths]),
    rules: {
      matcher,
      tags: { caches: excludeCaches, names: excludeIfPresent, keep: keepExcludeTags },
      marks: { nodump: options.excludeNodump, dataless: options.excludeDataless },
      skip: skippedDirectories(context.env, options.location),
      oneFileSystem,
    },
    stream: {
      name: options.stdinName,
      user: options.stdinUser,
      group: options.stdinGroup,
      mode: options.stdinMode,
    },
    environment: childEnvironment(context.env, VERSION),
  };
}

function sourcesOf(options: CreateOptions, { stdin }: Context, roots: readonly string[]): Sources {
  const read = (target: Uint8Array) => stdin.read(target);
  if (options.contentFromCommand && !options.dryRun) return { kind: "command", words: options.paths };
  if (options.contentFromCommand) return { kind: "roots", paths: ["-"], stdin: read }; // A dry run runs nothing.
  const delimiter = unescapeDelimiter(options.pathsDelimiter || "\\n");
  if (options.pathsFromCommand) return { kind: "path-list", from: options.paths, delimiter };
  if (options.pathsFromStdin) return { kind: "path-list", from: read, delimiter };
  return { kind: "roots", paths: roots, stdin: read };
}

function creationOptions(options: CreateOptions, context: Context): Creation {
  const { location, numericIds, atime, noctime, nobirthtime, noflags, noacls, noxattrs } = options;
  return {
    description: describeArchive(location.archive, options, context),
    compression: options.compression,
    chunkerParams: options.chunkerParams,
    sparse: options.sparse,
    checkpointInterval: options.checkpointInterval,
    filesCache: options.filesCache,
    files: { readSpecial: options.readSpecial, filesChanged: options.filesChanged, cwd: context.cwd },
    metadata: {
      numericIds,
      atime,
      ctime: !noctime,
      birthtime: !nobirthtime,
      flags: !noflags,
      acls: !noacls,
      xattrs: !noxattrs,
    },
  };
}
