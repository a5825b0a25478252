import type { ArgumentParser } from "argparse";
import { formatSize } from "../../encoding/size.ts";
import { compactRepository, planRepositoryCompaction } from "../../operations/compact.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";

export interface CompactOptions extends CommonOptions, LocationOptions {
  readonly dryRun: boolean;
  readonly cleanupCommits: boolean;
  /** Per cent. */
  readonly threshold: number;
}

const TEXT = `
Frees the space of what "borg delete", "borg prune" and interrupted backups have left: segment files in which enough can
be freed are written anew without it. No key is needed. -v shows how much was freed.

In a repository that is append-only nothing is freed.

A lower --threshold frees more and takes longer; 0 rewrites every segment in which anything can be freed.

--cleanup-commits is wanted once, after the first use of BorgBackup 1.2 or later on a repository made before: it deletes the
many small files that earlier versions have left.

--dry-run frees nothing; with -v it shows how much could be.

Examples:
  borg compact -v /mnt/backup/repo
  borg compact --threshold 1 /mnt/backup/repo`;

export const compact: Command<CompactOptions> = {
  name: "compact",
  help: "Free space in a repository",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "where to free space");
  flag(parser, ["-n", "--dry-run"], "dryRun", "free nothing");
  flag(parser, "--cleanup-commits", "cleanupCommits", "also delete segments with nothing but a commit");
  parser.add_argument("--threshold", {
    dest: "threshold",
    type: types.integer,
    default: 10,
    metavar: "PERCENT",
    help: "rewrite segments of which more than PERCENT can be freed (default: 10)",
  });
}

async function run(options: CompactOptions, context: Context): Promise<void> {
  const { location, lockWait, cleanupCommits, dryRun } = options;
  const threshold = options.threshold / 100;
  const host = hostOf(context);
  if (!dryRun) return await compactRepository(host, location, lockWait, { threshold, cleanupCommits });
  const plan = await planRepositoryCompaction(host, location, lockWait, { threshold, cleanupCommits });
  const emptied = plan.filter(({ action }) => action === "empty");
  const freeable = emptied.reduce((sum, segment) => sum + segment.freeable, 0);
  context.log.info(
    `compaction would free about ${formatSize(freeable)} in ${emptied.length} of ${plan.length} segments.`,
  );
}
