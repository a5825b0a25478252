import type { Item } from "../archive/item.ts";
import { readItemBatches } from "../archive/item_stream.ts";
import type { ArchiveMetadata } from "../archive/archive.ts";
import type { Objects } from "../archive/objects.ts";
import { codePointCount } from "../encoding/code_points.ts";
import { fileType } from "../platform/file_type.ts";

/** The items of an archive in order, some at a time. Throws at the first missing or damaged chunk of the item stream. */
export function archiveItems(objects: Objects, { items }: ArchiveMetadata): AsyncGenerator<Item[]> {
  return readItemBatches(objects.readMany(items));
}

/** Bytes of contents of those items that are wanted; of symbolic links, their targets. */
export async function contentSize(batches: AsyncIterable<readonly Item[]>, isWanted: (item: Item) => boolean) {
  let total = 0;
  for await (const batch of batches) {
    for (const item of batch) {
      if (isWanted(item)) total += sizeOf(item);
    }
  }
  return total;
}

function sizeOf({ mode, size, chunks, source = "" }: Item): number {
  if (fileType(mode) === "link") return codePointCount(source);
  return size ?? chunks?.reduce((sum, chunk) => sum + chunk.size, 0) ?? 0;
}
