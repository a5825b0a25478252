import type { Item } from "../../archive/item.ts";
import type { Objects } from "../../archive/objects.ts";
import { ItemSalvage, type Salvaged } from "../../archive/salvage.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { OperationMessages } from "../messages.ts";
import type { Pace } from "../pace.ts";
import type { References } from "./chunk_table.ts";
import { readObject } from "./read_object.ts";

/** Hears what makes an archive unsound. */
export type TellProblem = <M extends keyof OperationMessages>(message: M, ...data: OperationMessages[M]) => void;

export interface ItemSource {
  readonly objects: Objects;
  readonly chunks: References;
  readonly itemKeys: Iterable<string>;
  readonly pace: Pace;
}

/** The items that are left of an item stream of these chunks (format reference 11.1, point 4). */
export async function* damagedItems(
  { objects, chunks, itemKeys, pace }: ItemSource,
  ids: readonly Uint8Array[],
  tell: TellProblem = () => {},
): AsyncGenerator<Item> {
  const salvage = new ItemSalvage(itemKeys);
  let place = "";
  objects.repository.preload(ids.filter((id) => chunks.has(id)));
  for (const [number, id] of ids.entries()) {
    await pace();
    place = `${String(number).padStart(6, "0")}_${toHex(id)}`;
    const chunk = await read(id);
    if (chunk) yield* items(salvage.feed(chunk));
    else salvage.resync();
  }
  yield* items(salvage.end());

  async function read(id: Uint8Array): Promise<Uint8Array | undefined> {
    if (chunks.refer(id)) {
      return await readObject(objects, id, (damage) => tell("check.itemChunkDamaged", place, damage));
    }
    tell("check.itemChunkMissing", place);
    return undefined;
  }

  function* items(found: readonly Salvaged[]): Generator<Item> {
    for (const salvaged of found) {
      if ("item" in salvaged) yield salvaged.item;
      else tell("check.itemInvalid", place, salvaged.problem);
    }
  }
}
