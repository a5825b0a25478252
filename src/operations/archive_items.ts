import type { Item } from "../archive/item.ts";
import { readItemBatches } from "../archive/item_stream.ts";
import type { ArchiveMetadata } from "../archive/archive.ts";
import type { Objects } from "../archive/objects.ts";

/** The items of an archive in order, some at a time. Throws at the first missing or damaged chunk of the item stream. */
export function archiveItems(objects: Objects, { items }: ArchiveMetadata): AsyncGenerator<Item[]> {
  return readItemBatches(objects.readMany(items));
}

/** Bytes of contents of those items that are wanted. */
export async function contentSize(batches: AsyncIterable<readonly Item[]>, isWanted: (item: Item) => boolean) {
  let total = 0;
  for await (const batch of batches) {
    for (const item of batch) {
      if (isWanted(item)) total += item.size ?? item.chunks?.reduce((sum, { size }) => sum + size, 0) ?? 0;
    }
  }
  return total;
}
