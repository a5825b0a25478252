import type { ArgumentParser } from "argparse";
import { BorgError } from "../../errors.ts";
import type { ArchiveSelection } from "../../operations/check/check.ts";
import { checkArchives } from "../../operations/check/check.ts";
import { withRepository } from "../../operations/opening.ts";
import { paceOf } from "../../operations/pace.ts";
import type { Repository } from "../../repository/repository.ts";
import { prefixGlob } from "../../selection/archive_filter.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { addArchives, type ArchivesOptions } from "../options/archive_filters.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { ContextReporter } from "../reporter.ts";
import { CommandError } from "../usage_problem.ts";

export interface CheckOptions extends CommonOptions, ArchivesOptions {
  readonly repositoryOnly: boolean;
  readonly archivesOnly: boolean;
  readonly verifyData: boolean;
  readonly repair: boolean;
  readonly saveSpace: boolean;
  /** Seconds; 0 = no limit. */
  readonly maxDuration: number;
}

const TEXT = `
Looks for damage, first in the repository, then in its archives.

The repository: every stored object is read, its size and checksum are verified, and the index is compared with what is
there. Of a remote repository this is done on the other machine. --max-duration looks at a part only; the next run goes on
from there.

The archives: the list of archives and everything it leads to must be there and be genuine, and nothing else should be.
An archive, or an archive filter, limits this to some of them. --verify-data also reads, decrypts and verifies all contents,
which takes long.

--repair changes the repository, after a question that only YES answers (or BORG_CHECK_I_KNOW_WHAT_I_AM_DOING=YES). What is
lost stays lost: it is replaced by zeros of the same length, and put back by the next repair after a backup has stored it
again. Look for the cause first, and make a copy of the repository. --bypass-lock has no effect on a repair.

--save-space is accepted and changes nothing.`;

const QUESTION = [
  "This is a potentially dangerous function.",
  "check --repair might lead to data loss (for kinds of corruption it is not",
  "capable of dealing with). BE VERY CAREFUL!",
  "",
  "Type 'YES' if you understand this and want to continue: ",
].join("\n");

const STATUSES = { "1": "there is damage that was not repaired" };

export const check: Command<CheckOptions> = {
  name: "check",
  help: "Look for damage in a repository",
  epilog: epilog(TEXT, STATUSES),
  mayBypassLock: true,
  declare,
  check: checkCombination,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchives(parser, types, "what to check");
  flag(parser, "--repository-only", "repositoryOnly", "check the repository only");
  flag(parser, "--archives-only", "archivesOnly", "check the archives only");
  flag(parser, "--verify-data", "verifyData", "verify all contents (not with --repository-only)");
  flag(parser, "--repair", "repair", "repair what can be repaired");
  flag(parser, "--save-space", "saveSpace", "without effect");
  parser.add_argument("--max-duration", {
    dest: "maxDuration",
    type: types.integer,
    default: 0,
    metavar: "SECONDS",
    help: "check for at most SECONDS seconds (default: no limit; only with --repository-only)",
  });
}

function checkCombination(options: CheckOptions): CheckOptions {
  const { prefix, globArchives, first, last } = options;
  const filtered = [prefix, globArchives, first, last].some((filter) => filter !== undefined);
  if (options.repositoryOnly && (options.verifyData || filtered)) {
    throw new CommandError(
      "--repository-only contradicts --first, --last, --glob-archives, --prefix and --verify-data arguments.",
    );
  }
  if (options.repair && options.maxDuration > 0) {
    throw new CommandError("--repair does not allow --max-duration argument.");
  }
  if (options.maxDuration > 0 && !options.repositoryOnly) {
    throw new CommandError("--repository-only is required for --max-duration support.");
  }
  if (options.maxDuration < 0) throw new CommandError("--max-duration must not be negative.");
  if (options.repositoryOnly && options.archivesOnly) {
    throw new CommandError("--repository-only contradicts the --archives-only argument.");
  }
  return options;
}

async function run(options: CheckOptions, context: Context): Promise<void> {
  const { location, bypassLock, lockWait, repair } = options;
  // What writes without a lock may destroy what another one writes.
  const opening = { lock: bypassLock && !repair ? "none" : "exclusive", lockWait } as const;
  const host = hostOf(context);
  const damaged = await withRepository(host, location, opening, async (repository) => {
    const { archivesOnly, repositoryOnly, maxDuration } = options;
    if (repair) await demandConsent(context);
    if (!archivesOnly && !await repository.check({ repair, maxDuration, pace: paceOf(host) })) return true;
    return !repositoryOnly && await archivesAreDamaged(repository, options, context);
  });
  if (damaged) context.outcome.warning();
}

/** Throws CancelledByUser unless the answer is YES. */
async function demandConsent(context: Context): Promise<void> {
  const agreed = await context.questions.ask({
    variable: "BORG_CHECK_I_KNOW_WHAT_I_AM_DOING",
    text: QUESTION,
    dangerous: true,
    falseText: "Aborting.",
    invalidText: "Invalid answer, aborting.",
  });
  if (!agreed) throw new BorgError("CancelledByUser");
}

/** Whether there is damage that was not repaired. */
async function archivesAreDamaged(repository: Repository, options: CheckOptions, context: Context): Promise<boolean> {
  const { location, verifyData, repair } = options;
  const reporter = new ContextReporter(context, { list: false, filter: undefined });
  const request = { verifyData, selection: selectionOf(options), repair };
  return await checkArchives(hostOf(context), location, repository, request, reporter) === "damaged";
}

function selectionOf({ location, prefix, globArchives, sortBy, first, last }: CheckOptions): ArchiveSelection {
  if (location.archive !== undefined) return { archive: location.archive };
  return { glob: prefix === undefined ? globArchives : prefixGlob(prefix), sortBy, first, last };
}
