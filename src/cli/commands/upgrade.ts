import type { ArgumentParser } from "argparse";
import { inspectArchives, signArchives } from "../../operations/upgrade/archives_tam.ts";
import { type ConversionStep, convertRepository } from "../../operations/upgrade/convert.ts";
import { changeTam, inspectManifest, type TamStep } from "../../operations/upgrade/manifest_tam.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";
import { archiveTamText, conversionText, manifestTamLines, tamDoneText, tamPlanText } from "../texts/upgrade.ts";
import { CommandError } from "../usage_problem.ts";

export interface UpgradeOptions extends CommonOptions, LocationOptions {
  readonly dryRun: boolean;
  readonly inplace: boolean;
  readonly force: boolean;
  readonly tam: boolean;
  readonly checkTam: boolean;
  readonly disableTam: boolean;
  readonly checkArchivesTam: boolean;
  readonly archivesTam: boolean;
}

const TEXT = `
Without one of the options below that name TAM: makes a repository of Attic one of BorgBackup. The first bytes of its files are
written anew; its contents stay as they are. Its key file comes from ATTIC_KEYS_DIR or ~/.attic/keys, what is of use of its cache
from ATTIC_CACHE_DIR or ~/.cache/attic; the old ones stay there. A key file that BorgBackup before 1.0 kept in ~/.borg/keys is
moved. Only repositories on this machine can be converted. What was interrupted goes on where it was when it is begun again.

First of all a copy is made beside the repository, REPOSITORY.before-upgrade-DATE-TIME: of hard links, so that only what is
written anew takes space. When all is well it may be deleted. With --inplace there is no copy, and no way back. When nothing has
to be converted, nothing is copied.

A repository that Attic encrypted with a passphrase alone needs "borg key migrate-to-repokey" afterwards.

TAM: since 1.0.9, BorgBackup signs the manifest, which is the list of archives, and each archive's metadata, so that nobody
without the key can put others in their place.

  --tam                  sign the manifest, and let the key, the manifest and this machine demand that it is signed. To be
                         done on every machine. Look at the archives that are shown: from now on they are trusted
  --tam --force          also when it must be signed already but is not, because an old version has written it
  --disable-tam          take that back
  --check-tam            only show how the manifest stands
  --archives-tam         sign every archive that is not, or not rightly, whoever has made it. To be done once for a repository,
                         before "borg check" takes unsigned archives for an attack. BorgBackup before 1.2.5 signed renamed and
                         recreated archives wrongly
  --check-archives-tam   only show how the archives stand

Examples:
  borg upgrade -n /mnt/attic/repo
  borg upgrade -v /mnt/attic/repo
  borg upgrade --check-archives-tam /mnt/backup/repo`;

export const upgrade: Command<UpgradeOptions> = {
  name: "upgrade",
  help: "Make an old repository one of today",
  epilog: epilog(TEXT, { "1": "what was checked is not signed, or that is not demanded" }),
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "the repository");
  flag(parser, ["-n", "--dry-run"], "dryRun", "change nothing, show what would be done");
  flag(parser, "--inplace", "inplace", "convert without making a copy first");
  flag(parser, "--force", "force", "with --tam: sign a manifest that must be signed and is not");
  flag(parser, "--tam", "tam", "sign the manifest and demand that it is signed");
  flag(parser, "--check-tam", "checkTam", "show how the manifest stands");
  flag(parser, "--disable-tam", "disableTam", "do not demand any more that the manifest is signed");
  flag(parser, "--check-archives-tam", "checkArchivesTam", "show how the archives stand");
  flag(parser, "--archives-tam", "archivesTam", "sign all archives");
}

function check(options: UpgradeOptions): UpgradeOptions {
  const { tam, checkTam, disableTam, checkArchivesTam, archivesTam } = options;
  if ([tam, checkTam, disableTam].filter(Boolean).length > 1) {
    throw new CommandError("--tam, --check-tam and --disable-tam exclude each other");
  }
  if (checkArchivesTam && archivesTam) {
    throw new CommandError("--archives-tam and --check-archives-tam exclude each other");
  }
  return options;
}

async function run(options: UpgradeOptions, context: Context): Promise<void> {
  const { tam, checkTam, disableTam, checkArchivesTam, archivesTam, dryRun } = options;
  if (checkTam) await showManifest(options, context);
  if (tam || disableTam) await demandTam(options, context);
  if (checkArchivesTam || (archivesTam && dryRun)) await showArchives(options, context);
  else if (archivesTam) await sign(options, context);
  else if (!(tam || checkTam || disableTam)) await convert(options, context);
}

async function convert(options: UpgradeOptions, context: Context): Promise<void> {
  const { log, progress, stdout } = context;
  const tell = options.dryRun
    ? (text: string) => stdout.write(`would ${text}\n`)
    : (text: string) => log.info(`going to ${text}`);
  await convertRepository(hostOf(context), options, {
    step: (step: ConversionStep) => tell(conversionText(step)),
    noKeyFile: () => log.warning("no key file found for repository"),
    nothingToDo: () => log.info("There is nothing to convert."),
    begin: (operation, total) => progress.percent(operation, total),
  });
}

async function demandTam(options: UpgradeOptions, context: Context): Promise<void> {
  const { location, tam: required, dryRun } = options;
  const text = (step: TamStep) => dryRun ? `would ${tamPlanText(step, required)}` : tamDoneText(step, required);
  await changeTam(hostOf(context), location, { ...options, required }, {
    waived: () => context.log.warning("Manifest authentication DISABLED."),
    step: (step) => context.stdout.write(text(step) === "" ? "" : `${text(step)}\n`),
  });
}

async function showManifest({ location, lockWait }: UpgradeOptions, context: Context): Promise<void> {
  const found = await inspectManifest(hostOf(context), location, lockWait);
  for (const line of manifestTamLines(found)) context.stdout.write(`${line}\n`);
  if (found.state !== "verified" || !found.demanded || found.keyDemands === false) context.outcome.warning();
}

/** With `--archives-tam --dry-run` it is no finding that something is to be done. */
async function showArchives(options: UpgradeOptions, context: Context): Promise<void> {
  const { location, lockWait, checkArchivesTam } = options;
  await inspectArchives(hostOf(context), location, lockWait, (archive) => {
    const wanting = archive.tam !== "verified";
    context.stdout.write(`${archiveTamText(archive)}\n`);
    if (wanting && checkArchivesTam) context.outcome.warning();
  });
}

async function sign({ location, lockWait }: UpgradeOptions, context: Context): Promise<void> {
  const lines: string[] = [];
  await signArchives(hostOf(context), location, lockWait, (archive, newId) => {
    lines.push(`${archiveTamText(archive, newId)}\n`);
  });
  for (const line of lines) context.stdout.write(line);
}
