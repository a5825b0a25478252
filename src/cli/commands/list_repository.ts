import { parseTimestamp } from "../../archive/timestamps.ts";
import { toHex } from "../../encoding/bytes.ts";
import { chooseArchives } from "../../operations/choose_archives.ts";
import { type FoundArchive, loadArchives } from "../../operations/load_archives.ts";
import { archiveTamOptions, type Unlocked, withManifest } from "../../operations/opening.ts";
import type { ArchiveSummary } from "../../selection/archive_filter.ts";
import { chosenBy } from "../chosen_archives.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { ARCHIVE_FORMAT, ArchiveFormatter, type ListedArchive, SHORT_ARCHIVE_FORMAT } from "../render/archive_keys.ts";
import { jsonDocument, type JsonObject } from "../render/json.ts";
import { repositoryJson } from "../render/repository_json.ts";
import type { ListOptions } from "./list.ts";

/** Lists the archives of a repository. */
export async function listRepository(options: ListOptions, context: Context): Promise<void> {
  const { location, bypassLock, lockWait, format, short, json, considerCheckpoints } = options;
  const formatter = new ArchiveFormatter(format ?? (short ? SHORT_ARCHIVE_FORMAT : ARCHIVE_FORMAT), json);
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  await withManifest(hostOf(context), location, opening, async (unlocked) => {
    const chosen = chooseArchives(unlocked.manifest, chosenBy(options), considerCheckpoints);
    const archives = formatter.needsMetadata
      ? loadArchives(unlocked.objects, chosen, archiveTamOptions(context))
      : chosen;
    if (json) await writeJson(unlocked, archives, formatter, context);
    else for await (const archive of archives) context.stdout.write(formatter.format(listedArchive(archive)));
  });
}

type Archives = AsyncIterable<FoundArchive> | Iterable<ArchiveSummary>;

async function writeJson(unlocked: Unlocked, archives: Archives, formatter: ArchiveFormatter, context: Context) {
  const rows: JsonObject[] = [];
  for await (const archive of archives) rows.push(formatter.json(listedArchive(archive)));
  const document = { ...repositoryJson(unlocked), archives: rows };
  context.stdout.write(`${jsonDocument(document, context.env["BORG_JSON_INDENT"])}\n`);
}

/** An archive as format strings see it. */
function listedArchive({ name, id, time, ...rest }: ArchiveSummary | FoundArchive): ListedArchive {
  return { name, id: toHex(id), start: parseTimestamp(time), ...rest };
}
