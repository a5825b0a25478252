import type { ArgumentParser } from "argparse";
import { loadArchive } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import { archiveItems, contentSize } from "../../operations/archive_items.ts";
import { ChunkReader } from "../../operations/chunk_reader.ts";
import { Extraction } from "../../operations/extract/extract.ts";
import { archiveTamOptions, type Unlocked, withManifest } from "../../operations/opening.ts";
import { filterFor } from "../../operations/tar/filter.ts";
import { openOutput, type TarOutput } from "../../operations/tar/output.ts";
import { TarTarget } from "../../operations/tar/tar_target.ts";
import { childEnvironment } from "../../platform/environment.ts";
import { WorkerPool } from "../../workers/pool.ts";
import { Slots } from "../../workers/slots.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { matcherForArchive } from "../matching.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addArchive } from "../options/location.ts";
import { addPaths, addStripComponents, type PathOptions } from "../options/paths.ts";
import { addTarFilter, TAR_FILTERS, type TarFilterOptions } from "../options/tar_filter.ts";
import { PROCESSING } from "../percentages.ts";
import { ContextReporter } from "../reporter.ts";
import { VERSION } from "../version.ts";

export interface ExportTarOptions extends CommonOptions, PathOptions, TarFilterOptions {
  readonly location: ArchiveLocation;
  readonly tarFile: string;
  readonly list: boolean;
  readonly stripComponents: number;
}

const TEXT = `
Writes an archive, or what lies under each PATH, as a tar file in the format of GNU tar; "-" is standard output. What the
format has no place for is lost: extended attributes, ACLs, file flags, all times but that of the last change of content,
and of that the fraction of the second.
${TAR_FILTERS}

Examples:
  borg export-tar /mnt/backup/repo::monday monday.tar.gz
  borg export-tar --tar-filter "zstd -19 -T0" /mnt/backup/repo::monday monday.tar.zst home/me
  borg export-tar /mnt/backup/repo::monday - | ssh other tar -x`;

const STATUSES = { "1": "something could not be written as it was, or a PATH matched nothing" };

export const exportTar: Command<ExportTarOptions> = {
  name: "export-tar",
  help: "Write an archive as a tar file",
  epilog: epilog(TEXT, STATUSES),
  mayBypassLock: true,
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchive(parser, types, "the archive to write");
  parser.add_argument("tarFile", { metavar: "FILE", type: types.path, help: 'the tar file; "-" is standard output' });
  addStripComponents(addPaths(parser, types, "what to write"), types);
  addTarFilter(parser);
  flag(parser, "--list", "list", "show each path");
}

async function run(options: ExportTarOptions, context: Context): Promise<void> {
  const { location, bypassLock, lockWait } = options;
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  await withManifest(hostOf(context), location, opening, (unlocked) => exportArchive(unlocked, options, context));
}

async function exportArchive(unlocked: Unlocked, options: ExportTarOptions, context: Context): Promise<void> {
  const { manifest, objects, key } = unlocked;
  const { location, tarFilter, tarFile } = options;
  const { metadata } = await loadArchive(objects, manifest.entry(location.archive).id, archiveTamOptions(context));
  const items = () => archiveItems(objects, metadata);
  const progress = context.progress.isEnabled ? await beginProgress(options, context, items()) : undefined;
  const filter = filterFor(tarFilter, tarFile);
  const output = openOutput(tarFile, filter, context.stdout, childEnvironment(context.env, VERSION));
  const pool = new WorkerPool(WorkerPool.sizeFor(context.env["VINCULUM_WORKERS"]), { material: key.material });
  try {
    const reader = new ChunkReader({ ...unlocked, pool }, Slots.forReading(pool.size));
    await write(items(), { reader, output }, options, context, progress);
  } finally {
    output.close();
    await pool.close();
  }
}

async function write(
  items: AsyncIterable<readonly Item[]>,
  { reader, output }: { readonly reader: ChunkReader; readonly output: TarOutput },
  options: ExportTarOptions,
  context: Context,
  progress: Awaited<ReturnType<typeof beginProgress>> | undefined,
): Promise<void> {
  const { list, stripComponents, considerPartFiles: considerParts } = options;
  const target = new TarTarget(output);
  const extraction = new Extraction(
    reader,
    target,
    { matcher: matcherForArchive(options), stripComponents, considerParts, listsWholePaths: true },
    new ContextReporter(context, { list, filter: undefined }),
    () => context.interruption.now.throwIfAborted(),
    progress,
  );
  await extraction.run(items);
  await target.finish();
}

/** Counts what is to be written, which takes a look at all items. */
async function beginProgress(options: ExportTarOptions, { progress }: Context, items: AsyncIterable<Item[]>) {
  const steps = progress.percent("extract", 0, PROCESSING);
  steps.announce("Calculating size");
  const matcher = matcherForArchive(options);
  const isWanted = ({ path, part }: Item) =>
    matcher.match(path).verdict === "include" && (part === undefined || options.considerPartFiles);
  steps.total = await contentSize(items, isWanted);
  return steps;
}
