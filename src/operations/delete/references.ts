import { type ChunkList, chunkListStream } from "../../archive/chunk_lists.ts";
import type { Objects } from "../../archive/objects.ts";
import { ItemSalvage, type Salvaged } from "../../archive/salvage.ts";

/** One reference of an item to a chunk. `id` is a view. */
export interface Reference {
  readonly id: Uint8Array;
  /** Whether the item is a part item. */
  readonly part: boolean;
}

/** The references in an item stream: for each of its chunks those that it completes. Throws at damage. */
export async function* references(objects: Objects, ids: readonly Uint8Array[]): AsyncGenerator<Reference[]> {
  const stream = chunkListStream();
  let left = ids.length;
  for await (const chunk of objects.readMany(ids)) {
    const lists = stream.feed(chunk);
    if (--left === 0) lists.push(...stream.end());
    yield inLists(lists);
  }
}

/** The same of a stream that may be damaged: `read` gives undefined for lost chunks, `noteDamage` is told of the rest. */
export async function* salvagedReferences(
  ids: readonly Uint8Array[],
  itemKeys: Iterable<string>,
  read: (id: Uint8Array) => Promise<Uint8Array | undefined>,
  noteDamage: () => void,
): AsyncGenerator<Reference[]> {
  const salvage = new ItemSalvage(itemKeys);
  for (const [i, id] of ids.entries()) {
    const chunk = await read(id);
    const found = chunk ? salvage.feed(chunk) : [];
    if (!chunk) salvage.resync();
    if (i === ids.length - 1) found.push(...salvage.end());
    if (found.some((each) => "problem" in each)) noteDamage();
    yield found.flatMap(inSalvaged);
  }
}

function inLists(lists: readonly (ChunkList | undefined)[]): Reference[] {
  const found: Reference[] = [];
  for (const list of lists) {
    if (!list) continue;
    for (const at of list.at) found.push({ id: list.bytes.subarray(at, at + 32), part: list.part });
  }
  return found;
}

function inSalvaged(salvaged: Salvaged): Reference[] {
  if ("problem" in salvaged) return [];
  const { chunks = [], part } = salvaged.item;
  return chunks.map(({ id }) => ({ id, part: part !== undefined }));
}
