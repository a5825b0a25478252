import { encodeArchive, type LoadedArchive } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import { ItemWriter } from "../../archive/item_stream.ts";
import { IntegrityError } from "../../errors.ts";
import type { ArchiveCheckTools } from "./archive_check.ts";
import { damagedItems } from "./damaged_items.ts";
import { examineFile } from "./file_chunks.ts";
import { planRepair } from "./file_repair.ts";
import type { RepairStore } from "./repair_store.ts";

/** An archive whose references `ArchiveCheck` has counted. */
export interface DamagedArchive {
  readonly name: string;
  readonly archive: LoadedArchive;
  readonly losses: number;
}

/**
 * Writes an archive anew with the items that are left and files that are repaired (format reference 11.1, points 4 to 6). It
 * keeps its salt, so that equal contents make an equal id. Throws IntegrityError when it cannot be read as it was before.
 */
export async function repairArchive(
  tools: ArchiveCheckTools,
  store: RepairStore,
  damaged: DamagedArchive,
): Promise<void> {
  const { objects, manifest, chunks } = tools;
  const { name, archive: { id, metadata, salt } } = damaged;
  const items = await rewriteItems(tools, store, damaged);
  const plaintext = encodeArchive(objects.material, { ...metadata, items }, salt);
  const { time } = manifest.entry(name);
  manifest.archives.set(name, { id: await store.put(plaintext), time });
  for (const old of [id, ...metadata.items]) chunks.replace(old);
}

/** Gives the ids of the chunks of the new item stream. */
async function rewriteItems(
  { objects, manifest: { itemKeys }, chunks: { uncounted: chunks }, pace }: ArchiveCheckTools,
  store: RepairStore,
  { name, archive: { metadata }, losses }: DamagedArchive,
): Promise<Uint8Array[]> {
  const ids: Uint8Array[] = [];
  const writer = new ItemWriter(objects.material.chunkSeed, async (chunk) => {
    ids.push(await store.put(chunk));
  });
  let lost = 0;
  const items = damagedItems({ objects, chunks, itemKeys, pace }, metadata.items, () => lost++);
  for await (const item of items) await writer.add(await repair(item));
  if (lost !== losses) throw new IntegrityError(`archive ${name} reads differently each time`);
  await writer.flush();
  return ids;

  async function repair(item: Item): Promise<Item> {
    const found = examineFile(item, chunks);
    const plan = found && planRepair(item, found);
    return plan ? await store.repair(item, plan) : item;
  }
}
