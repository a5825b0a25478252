import { BorgError } from "../../errors.ts";
import { toHex } from "../../encoding/bytes.ts";
import { chooseArchives } from "../../operations/choose_archives.ts";
import { deleteCache, deleteRepository, manifestOf } from "../../operations/delete/delete_repository.ts";
import { withRepository } from "../../operations/opening.ts";
import { canonicalLocation } from "../../repository/location.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { archiveLine } from "../render/archive_line.ts";
import { RULE } from "../render/stats.ts";
import type { DeleteOptions } from "./delete.ts";

/** Deletes a whole repository with its cache, or its cache alone. */
export async function deleteWhole(options: DeleteOptions, context: Context): Promise<void> {
  const { location, lockWait, dryRun, cacheOnly, keepSecurityInfo } = options;
  const host = hostOf(context);
  await withRepository(host, location, { lock: "exclusive", lockWait }, async (repository) => {
    if (!cacheOnly && options.force === 0) await demandConsent(repository, options, context);
    const { log } = context;
    if (!dryRun) {
      if (!cacheOnly) await deleteRepository(host, repository, keepSecurityInfo);
      if (!cacheOnly) log.info("Repository deleted.");
      deleteCache(host, repository);
      return log.info("Cache deleted.");
    }
    if (!cacheOnly) log.info("Would delete repository.");
    if (!cacheOnly) log.info(`Would ${keepSecurityInfo ? "keep" : "delete"} security info.`);
    log.info("Would delete cache.");
  });
}

/** Throws CancelledByUser unless the answer is YES. */
async function demandConsent(repository: Repository, options: DeleteOptions, context: Context): Promise<void> {
  const agreed = await context.questions.ask({
    variable: "BORG_DELETE_I_KNOW_WHAT_I_AM_DOING",
    text: await questionText(repository, options, context),
    dangerous: true,
    falseText: "Aborting.",
    invalidText: "Invalid answer, aborting.",
  });
  if (!agreed) throw new BorgError("CancelledByUser");
}

async function questionText(repository: Repository, { location, list }: DeleteOptions, context: Context) {
  const manifest = await manifestOf(hostOf(context), location, repository);
  const contents = manifest ? `${manifest.archives.size} archives it contains` : "all archives it may contain";
  const archives = manifest && chooseArchives(manifest, { sortBy: ["timestamp"] });
  return [
    `You requested to completely DELETE the following repository *including* ${contents}:`,
    RULE,
    `Repository ID: ${toHex(repository.id)}`,
    `Location: ${canonicalLocation(location)}`,
    ...(list ? ["", "Archives:", ...archiveLines(archives?.map(archiveLine))] : []),
    RULE,
    "Type 'YES' if you understand this and want to continue: ",
  ].join("\n");
}

function archiveLines(lines: string[] | undefined): string[] {
  if (!lines) return ["This repository seems to have no manifest, so we can't tell anything about its contents."];
  return lines.length > 0 ? lines : ["This repository seems to not have any archives."];
}
