import { loadArchive, type LoadedArchive } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import type { ChunkIndex } from "../../cache/chunk_index.ts";
import { toHex } from "../../encoding/bytes.ts";
import { archiveItems } from "../../operations/archive_items.ts";
import { ChunkReader } from "../../operations/chunk_reader.ts";
import { type FoundItem, listItems, listItemsWithDigests } from "../../operations/list_items.ts";
import { archiveTamOptions, type Unlocked, withCache, withManifest } from "../../operations/opening.ts";
import { WorkerPool } from "../../workers/pool.ts";
import { Slots } from "../../workers/slots.ts";
import type { Context } from "../context.ts";
import { hostOf } from "../host.ts";
import { matcherForArchive } from "../matching.ts";
import { ITEM_FORMAT, ItemFormatter, SHORT_ITEM_FORMAT } from "../render/item_keys.ts";
import { jsonLine } from "../render/json.ts";
import type { ListOptions } from "./list.ts";

/** Lists what is in an archive. */
export async function listArchive(options: ListOptions, name: string, context: Context): Promise<void> {
  const { location, bypassLock, lockWait, format, short } = options;
  const formatter = new ItemFormatter(format ?? (short ? SHORT_ITEM_FORMAT : ITEM_FORMAT), options.jsonLines);
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  const host = hostOf(context);
  const list = async (unlocked: Unlocked, references?: ChunkIndex) => {
    const { id } = unlocked.manifest.entry(name);
    const archive = await loadArchive(unlocked.objects, id, archiveTamOptions(context));
    await new ArchiveListing(unlocked, archive, name, formatter, options, context).run(references);
  };
  if (formatter.needsUniqueness) {
    await withCache(host, location, opening, (cached) => list(cached, cached.cache.chunks));
  } else await withManifest(host, location, opening, (unlocked) => list(unlocked));
}

class ArchiveListing {
  readonly #archive: { readonly archiveName: string; readonly archiveId: string };

  constructor(
    private readonly unlocked: Unlocked,
    private readonly archive: LoadedArchive,
    name: string,
    private readonly formatter: ItemFormatter,
    private readonly options: ListOptions,
    private readonly context: Context,
  ) {
    this.#archive = { archiveName: name, archiveId: toHex(archive.id) };
  }

  async run(references: ChunkIndex | undefined): Promise<void> {
    const { formatter, context: { interruption } } = this;
    const matcher = matcherForArchive(this.options);
    const { considerPartFiles } = this.options;
    const isWanted = ({ path, part }: Item) =>
      (part === undefined || considerPartFiles) && matcher.match(path).verdict === "include";
    const listing = { isWanted, checkAbort: () => interruption.now.throwIfAborted(), ...references && { references } };
    const items = archiveItems(this.unlocked.objects, this.archive.metadata);
    if (formatter.digests.length === 0) return await listItems(items, listing, (found) => this.#write(found));
    await this.#withReader(async (reader) => {
      const { digests } = formatter;
      await listItemsWithDigests(items, listing, { reader, digests }, (found) => this.#write(found));
    });
  }

  async #withReader(use: (reader: ChunkReader) => Promise<void>): Promise<void> {
    const { key } = this.unlocked;
    const pool = new WorkerPool(WorkerPool.sizeFor(this.context.env["VINCULUM_WORKERS"]), { material: key.material });
    try {
      await use(new ChunkReader({ ...this.unlocked, pool }, Slots.forReading(pool.size)));
    } finally {
      await pool.close();
    }
  }

  /** Items are many: each call is one piece of output. */
  #write(items: readonly FoundItem[]): void {
    const { formatter, context, options } = this;
    let text = "";
    for (const found of items) {
      const listed = { ...found, ...this.#archive };
      text += options.jsonLines ? `${jsonLine(formatter.json(listed))}\n` : formatter.format(listed);
    }
    context.stdout.write(text);
  }
}
