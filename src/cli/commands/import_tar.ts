import type { ArgumentParser } from "argparse";
import { parseFilesCacheMode } from "../../cache/files_cache_mode.ts";
import { createArchive, type CreateOptions, type Fill } from "../../operations/create/create.ts";
import { withCache } from "../../operations/opening.ts";
import { filterFor } from "../../operations/tar/filter.ts";
import { importTar as importMembers } from "../../operations/tar/import_tar.ts";
import { openInput } from "../../operations/tar/input.ts";
import { childEnvironment } from "../../platform/environment.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { addArchiveOptions, type ArchiveOptions, describeArchive } from "../options/archive.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addArchive } from "../options/location.ts";
import { addStatuses } from "../options/statuses.ts";
import { addStatistics, type StatisticsOptions } from "../options/statistics.ts";
import { addTarFilter, TAR_FILTERS, type TarFilterOptions } from "../options/tar_filter.ts";
import { ContextReporter } from "../reporter.ts";
import { VERSION } from "../version.ts";
import { reportCreated } from "./create_report.ts";

export interface ImportTarOptions extends CommonOptions, ArchiveOptions, StatisticsOptions, TarFilterOptions {
  readonly location: ArchiveLocation;
  readonly tarFile: string;
  readonly list: boolean;
  readonly filter: string | undefined;
  readonly json: boolean;
  readonly ignoreZeros: boolean;
}

const TEXT = `
Makes an archive of what is in a tar file; "-" is standard input. Tar files in the formats of V7, ustar, POSIX (pax) and
GNU are read, sparse files too. Extended attributes and ACLs are not taken over.
${TAR_FILTERS}

--list shows a letter before each path, as "borg create" does.

Examples:
  borg import-tar /mnt/backup/repo::old-backup old.tar.xz
  ssh other tar -c /home | borg import-tar /mnt/backup/repo::other-{now} -
  cat a.tar b.tar | borg import-tar --ignore-zeros /mnt/backup/repo::both -`;

const STATUSES = { "1": "the tar file holds something that is neither a file nor anything else known" };

/** Members of tar files are no files of this machine. */
const NO_FILES: Pick<CreateOptions, "filesCache" | "sparse" | "metadata"> = {
  filesCache: parseFilesCacheMode("disabled"),
  sparse: false,
  metadata: {
    numericIds: false,
    atime: false,
    ctime: false,
    birthtime: false,
    flags: false,
    acls: false,
    xattrs: false,
  },
};

export const importTar: Command<ImportTarOptions> = {
  name: "import-tar",
  help: "Make an archive of a tar file",
  epilog: epilog(TEXT, STATUSES),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchive(parser, types, "the archive to make: REPOSITORY::NAME");
  parser.add_argument("tarFile", { metavar: "TARFILE", type: types.path, help: 'the tar file; "-" is standard input' });
  addTarFilter(parser, true);
  addStatistics(parser, "the new archive");
  addStatuses(parser);
  flag(parser, "--json", "json", "print statistics as JSON");
  flag(parser, "--ignore-zeros", "ignoreZeros", "go on after blocks of zeros: for tar files one behind the other");
  addArchiveOptions(parser, types);
}

async function run(options: ImportTarOptions, context: Context): Promise<void> {
  const { list, filter, location, lockWait } = options;
  const reporter = new ContextReporter(context, { list, filter });
  const opening = { lock: "exclusive", lockWait, features: ["write"] } as const;
  const host = hostOf(context);
  await withCache(host, location, opening, async (cached) => {
    context.interruption.allowGoodEnd();
    const archive = await createArchive(
      host,
      cached,
      creationOptions(options, context),
      reporter,
      filler(options, context),
    );
    await reportCreated(cached, archive, options, context);
  });
}

function creationOptions(options: ImportTarOptions, context: Context): CreateOptions {
  const { location, compression, chunkerParams, checkpointInterval } = options;
  return {
    ...NO_FILES,
    description: describeArchive(location.archive, options, context),
    compression,
    chunkerParams,
    checkpointInterval,
    files: { readSpecial: false, filesChanged: "disabled", cwd: context.cwd },
  };
}

function filler({ tarFile, tarFilter, ignoreZeros }: ImportTarOptions, { env, stdin, interruption }: Context): Fill {
  return async ({ visit }, tools) => {
    const input = openInput(tarFile, filterFor(tarFilter, tarFile), {
      stdin: (target) => stdin.read(target),
      check: () => interruption.now.throwIfAborted(),
      environment: childEnvironment(env, VERSION),
    });
    try {
      await importMembers(tools, { read: input.read, ignoreZeros }, visit);
      await input.finish();
    } finally {
      input.close();
    }
  };
}
