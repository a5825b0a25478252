import type { Manifest } from "../../archive/manifest.ts";
import { chooseArchives } from "../../operations/choose_archives.ts";
import { deleteArchives, type Deletion, deletions, forgetArchives } from "../../operations/delete/delete_archives.ts";
import { type Unlocked, withCache, withManifest } from "../../operations/opening.ts";
import { chosenBy } from "../chosen_archives.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { archiveLine } from "../render/archive_line.ts";
import { ContextReporter } from "../reporter.ts";
import type { DeleteOptions } from "./delete.ts";
import { reportDeleted } from "./deletion_report.ts";

/** Deletes the archives that are named or chosen. */
export async function deleteNamed(options: DeleteOptions, context: Context): Promise<void> {
  const { location, lockWait, dryRun } = options;
  const opening = { lock: "exclusive", lockWait, features: ["delete"] } as const;
  const host = hostOf(context);
  if (dryRun || options.force > 1) {
    await withManifest(host, location, opening, (unlocked) => withoutCache(unlocked, options, context));
    return;
  }
  context.interruption.allowGoodEnd();
  await withCache(host, location, opening, async (cached) => {
    const names = namesMeant(cached.manifest, options);
    if (names.length === 0) return;
    const { checkpointInterval } = options;
    const reporter = new ContextReporter(context, { list: options.list, filter: undefined });
    const announce = announcer("Deleting archive", names, options, context);
    const deletion = { force: options.force > 0, checkpointInterval };
    const turns = { next: announce, end: () => {} };
    const statistics = await deleteArchives(host, cached, names, deletion, reporter, turns);
    await reportDeleted(cached, statistics, options, context);
  });
}

/** What needs the manifest only: dry runs, and taking archives off the list. */
async function withoutCache(unlocked: Unlocked, options: DeleteOptions, context: Context): Promise<void> {
  const names = namesMeant(unlocked.manifest, options);
  if (names.length === 0) return;
  const { dryRun, force } = options;
  const forgets = force > 1;
  const verb = !dryRun ? "Deleted archive" : forgets ? "Would delete" : "Would delete archive";
  const announce = announcer(verb, names, options, context);
  const note = (deletion: Deletion) => {
    announce(deletion);
    if (forgets && !deletion.entry) context.outcome.warning();
  };
  if (!dryRun) {
    const forgotten = await forgetArchives(unlocked, names, note);
    return context.log.warning(forgotten > 0 ? 'Done. Run "borg check --repair" to clean up the mess.' : "Aborted.");
  }
  for (const deletion of deletions(unlocked.manifest, names)) note(deletion);
  if (forgets) context.log.info("Finished dry-run.");
}

function namesMeant(manifest: Manifest, options: DeleteOptions): readonly string[] {
  const { location: { archive }, archives } = options;
  const named = archive === undefined ? archives : [archive, ...archives];
  return named.length > 0 ? named : chooseArchives(manifest, chosenBy(options)).map(({ name }) => name);
}

/** Shows each archive when `--list` was given, and always those that are not there. */
function announcer(verb: string, { length }: readonly string[], { list }: DeleteOptions, { log }: Context) {
  return ({ name, entry, number }: Deletion): void => {
    if (!entry) log.warning(`Archive ${name} not found (${number}/${length}).`);
    else if (list) log.output("list", `${verb}: ${archiveLine({ name, ...entry })} (${number}/${length})`);
  };
}
