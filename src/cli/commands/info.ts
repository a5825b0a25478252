import type { ArgumentParser } from "argparse";
import { chooseArchives } from "../../operations/choose_archives.ts";
import { describeArchives } from "../../operations/describe_archives.ts";
import { type Cached, withCache } from "../../operations/opening.ts";
import { repositorySums } from "../../operations/repository_sums.ts";
import type { ArchiveSummary } from "../../selection/archive_filter.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import { chosenBy, isFiltered } from "../chosen_archives.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { addArchives, type ArchivesOptions } from "../options/archive_filters.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { ContextReporter } from "../reporter.ts";
import { reportArchives, reportRepository } from "./info_report.ts";

export interface InfoOptions extends CommonOptions, ArchivesOptions {
  readonly json: boolean;
}

const TEXT = `
Describes a repository, or archives: the one that is named, or those that an archive filter chooses.

"Deduplicated size" of one archive is what only this archive needs: deleting it sets that much free. Of all archives it is
what the repository holds. The numbers of the archives do not add up to that of the repository, since most contents belong
to several archives.

There is a limit to the number of files in an archive, which depends on the lengths of their names and more. How near an
archive has come to it is shown as its utilization.`;

export const info: Command<InfoOptions> = {
  name: "info",
  help: "Describe a repository or archives",
  epilog: epilog(TEXT),
  mayBypassLock: true,
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchives(parser, types, "what to describe");
  flag(parser, "--json", "json", "print JSON");
}

async function run(options: InfoOptions, context: Context): Promise<void> {
  const { location, lockWait, bypassLock, considerPartFiles } = options;
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  const host = hostOf(context);
  await withCache(host, location, opening, async (cached) => {
    const archives = archivesMeant(cached, options);
    const sums = await repositorySums(host, cached, considerPartFiles);
    if (archives === undefined) return reportRepository(cached, sums, options, context);
    const reporter = new ContextReporter(context, { list: false, filter: undefined });
    const descriptions = describeArchives(host, cached, archives, reporter);
    await reportArchives(descriptions, cached, sums, options, context);
  });
}

/** Undefined when the repository itself is meant. Throws ArchiveDoesNotExist. */
function archivesMeant({ manifest }: Cached, options: InfoOptions): readonly ArchiveSummary[] | undefined {
  const { archive } = options.location;
  if (archive !== undefined) return [{ name: archive, ...manifest.entry(archive) }];
  return isFiltered(options) ? chooseArchives(manifest, chosenBy(options)) : undefined;
}
