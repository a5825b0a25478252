import type { ArgumentParser } from "argparse";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import { loadArchive } from "../../archive/archive.ts";
import { archiveItems } from "../../operations/archive_items.ts";
import { Attributes } from "../../operations/extract/attributes.ts";
import { Destination } from "../../operations/extract/destination.ts";
import { Extraction } from "../../operations/extract/extract.ts";
import { FileTarget } from "../../operations/extract/file_target.ts";
import { StreamTarget } from "../../operations/extract/stream_target.ts";
import type { Target } from "../../operations/extract/target.ts";
import { ChunkReader } from "../../operations/chunk_reader.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { ContextReporter } from "../reporter.ts";
import { matcherForArchive } from "../matching.ts";
import type { Item } from "../../archive/item.ts";
import { contentSize } from "../../operations/archive_items.ts";
import { type Unlocked, withManifest } from "../../operations/opening.ts";
import { workarounds } from "../../operations/workarounds.ts";
import { WorkerPool } from "../../workers/pool.ts";
import { Slots } from "../../workers/slots.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addArchive } from "../options/location.ts";
import { addMetadataSwitches, addNumericIds, type MetadataOptions } from "../options/metadata.ts";
import { addPaths, addStripComponents, type PathOptions } from "../options/paths.ts";

export interface ExtractOptions extends CommonOptions, PathOptions, MetadataOptions {
  readonly location: ArchiveLocation;
  readonly list: boolean;
  readonly dryRun: boolean;
  readonly stdout: boolean;
  readonly sparse: boolean;
  readonly stripComponents: number;
}

const TEXT = `
Restores files and directories into the current directory: change into the right one first. Without PATH everything is
restored, otherwise what lies under each PATH. PATH may be a pattern (see "borg help patterns").

Directories that are only there because something in them is restored get no owner, mode or times from the archive.

With --dry-run everything is read and verified, and nothing written. --progress needs a second look at the list of files
in the archive.

Examples:
  borg extract /mnt/backup/repo::monday
  borg extract --list /mnt/backup/repo::monday home/me/documents --exclude '*.iso'
  borg extract --stdout /mnt/backup/repo::database-monday all.sql | psql`;

const COUNTING = "Calculating total archive size for the progress indicator (might take long for large archives)";

const STATUSES = { "1": "something could not be restored as it was, or a PATH matched nothing" };

export const extract: Command<ExtractOptions> = {
  name: "extract",
  help: "Restore files from an archive",
  epilog: epilog(TEXT, STATUSES),
  mayBypassLock: true,
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchive(parser, types, "the archive to restore from");
  addStripComponents(addPaths(parser, types, "what to restore"), types);
  flag(parser, "--list", "list", "show each path");
  flag(parser, ["-n", "--dry-run"], "dryRun", "read and verify, but write nothing");
  addNumericIds(parser, "go by");
  addMetadataSwitches(parser, "restore");
  flag(parser, "--stdout", "stdout", "write the contents to standard output");
  flag(parser, "--sparse", "sparse", "make holes in files where the archive has zeros");
}

async function run(options: ExtractOptions, context: Context): Promise<void> {
  const { location, bypassLock, lockWait } = options;
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  await withManifest(hostOf(context), location, opening, (unlocked) => extractArchive(unlocked, options, context));
}

async function extractArchive(unlocked: Unlocked, options: ExtractOptions, context: Context): Promise<void> {
  const { manifest, objects, key } = unlocked;
  const ignoreInvalid = workarounds(context.env).has("ignore_invalid_archive_tam");
  const { metadata } = await loadArchive(objects, manifest.entry(options.location.archive).id, { ignoreInvalid });
  const reporter = new ContextReporter(context, { list: options.list, filter: undefined });
  const pool = new WorkerPool(WorkerPool.sizeFor(context.env.VINCULUM_WORKERS), { material: key.material });
  try {
    const reader = new ChunkReader({ ...unlocked, pool }, Slots.forReading(pool.size));
    const matcher = matcherForArchive(options);
    const { stripComponents, considerPartFiles: considerParts } = options;
    const progress = context.progress.isEnabled
      ? await beginProgress(options, context, archiveItems(objects, metadata))
      : undefined;
    const checkAbort = () => context.interruption.now.throwIfAborted();
    const target = targetOf(options, context, reporter);
    const extraction = new Extraction(
      reader,
      target,
      { matcher, stripComponents, considerParts },
      reporter,
      checkAbort,
      progress,
    );
    await extraction.run(archiveItems(objects, metadata));
  } finally {
    await pool.close();
  }
}

/** Counts what is to be extracted, which takes a look at all items. Directories and the like count as nothing. */
async function beginProgress(options: ExtractOptions, { progress }: Context, batches: AsyncIterable<Item[]>) {
  const steps = progress.percent("extract", 0);
  steps.announce(COUNTING);
  const counted = matcherForArchive(options);
  const { considerPartFiles } = options;
  const isWanted = ({ path, part }: Item) =>
    counted.match(path).verdict === "include" && (part === undefined || considerPartFiles);
  steps.total = await contentSize(batches, isWanted);
  return steps;
}

function targetOf(options: ExtractOptions, context: Context, reporter: ContextReporter): Target {
  if (options.dryRun) return new StreamTarget(() => {});
  if (options.stdout) return new StreamTarget((bytes) => context.stdout.write(bytes));
  const { numericIds, noflags, noacls, noxattrs, sparse } = options;
  const attributes = new Attributes({ numericIds, flags: !noflags, acls: !noacls, xattrs: !noxattrs }, reporter);
  return new FileTarget(new Destination(context.cwd), attributes, sparse);
}
