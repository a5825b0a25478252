import type { Item } from "../archive/item.ts";
import type { ChunkIndex } from "../cache/chunk_index.ts";
import { ContentDigests, type Digest } from "../crypto/content_digest.ts";
import { toHex } from "../encoding/bytes.ts";
import { yieldToLoop } from "../platform/signals.ts";
import type { ChunkReader } from "./chunk_reader.ts";
import { StepQueue } from "./extract/queue.ts";

/** What only one item of all archives has. A chunk that the item has several times counts each time. */
export interface UniqueShare {
  readonly size: number;
  readonly csize: number;
  readonly chunks: number;
}

/** An item of a listing, with what was asked for beyond what it says itself. */
export interface FoundItem {
  readonly item: Item;
  /** Empty for what has no contents. */
  readonly digests?: ReadonlyMap<Digest, string>;
  readonly unique?: UniqueShare;
}

export interface ItemListing {
  readonly isWanted: (item: Item) => boolean;
  /** All references of the repository, when shares of single items are asked for. */
  readonly references?: ChunkIndex;
  /** Throws when the run is to stop. */
  readonly checkAbort: () => void;
}

/** Hands over the wanted items of an archive in order, some at a time. */
export async function listItems(
  batches: AsyncIterable<readonly Item[]>,
  { isWanted, references, checkAbort }: ItemListing,
  receive: (found: readonly FoundItem[]) => void | Promise<void>,
): Promise<void> {
  for await (const batch of batches) {
    checkAbort();
    const wanted = batch.filter(isWanted);
    await receive(wanted.map((item) => references ? { item, unique: uniqueShare(item, references) } : { item }));
    await yieldToLoop();
  }
}

/** The same with digests of the contents, which are read for it. Throws at the first chunk that is missing or damaged. */
export async function listItemsWithDigests(
  batches: AsyncIterable<readonly Item[]>,
  listing: ItemListing,
  { reader, digests }: { readonly reader: ChunkReader; readonly digests: readonly Digest[] },
  receive: (found: readonly FoundItem[]) => void,
): Promise<void> {
  const steps = new StepQueue(reader);
  await listItems(batches, listing, async (items) => {
    for (const found of items) {
      const contents = new ContentDigests(digests);
      const added = steps.add({
        chunks: found.item.chunks,
        begin: () => listing.checkAbort(),
        write: (plaintext) => contents.update(plaintext),
        end: () => receive([{ ...found, ...found.item.chunks && { digests: contents.finish() } }]),
        fail: (error) => {
          throw error;
        },
      });
      if (added) await added;
    }
  });
  await steps.drain();
}

function uniqueShare({ chunks = [] }: Item, references: ChunkIndex): UniqueShare {
  const share = { size: 0, csize: 0, chunks: 0 };
  if (chunks.length === 0) return share;
  const own = countOccurrences(chunks);
  for (const { id, size, csize } of chunks) {
    if (references.get(id)?.refcount !== own.get(toHex(id))) continue;
    share.size += size;
    share.csize += csize;
    share.chunks++;
  }
  return share;
}

function countOccurrences(chunks: NonNullable<Item["chunks"]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of chunks) {
    const key = toHex(id);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
