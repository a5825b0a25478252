import type { Item } from "../../src/archive/item.ts";
import { packItem } from "../../src/archive/item_codec.ts";
import { Objects } from "../../src/archive/objects.ts";
import { modeNamed } from "../../src/crypto/modes.ts";
import { emptyMaterial } from "../../src/crypto/secrets.ts";
import { Packer } from "../../src/encoding/msgpack.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";

/** A repository in memory whose objects are neither encrypted nor compressed. */
export function memoryObjects(): { objects: Objects; repository: MemoryRepository } {
  const repository = new MemoryRepository();
  return { objects: new Objects(repository, emptyMaterial(modeNamed("none"))), repository };
}

/** Stores an item stream in chunks of `length` bytes, wherever items end; gives the chunks' ids. */
export async function storeItems(objects: Objects, items: readonly Item[], length: number): Promise<Uint8Array[]> {
  const packer = new Packer(1 << 16);
  for (const item of items) packItem(packer, item);
  const bytes = packer.view();
  const ids: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += length) {
    const { id } = await objects.write(bytes.slice(start, start + length), { name: "none" });
    ids.push(id);
  }
  return ids;
}
