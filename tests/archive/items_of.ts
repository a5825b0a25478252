import type { Item } from "../../src/archive/item.ts";
import { readItemBatches } from "../../src/archive/item_stream.ts";

/** All items of a stream. */
export async function itemsOf(chunks: Iterable<Uint8Array>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of readItemBatches(chunks)) items.push(...batch);
  return items;
}
