import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../src/archive/item.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { ItemStore, type PlacedItem } from "../../src/mount/item_store.ts";
import { ObjectNotFound } from "../../src/repository/errors.ts";
import { chunk, FILE, item } from "./fixtures.ts";
import { memoryObjects, storeItems } from "./stored_items.ts";

const ITEMS: readonly Item[] = Array.from(
  { length: 200 },
  (_, i) => item(`folder/file ${i}`, FILE, { size: i, chunks: Array.from({ length: i % 7 }, (_, n) => chunk(n, i)) }),
);

async function all(store: ItemStore): Promise<PlacedItem[]> {
  const found: PlacedItem[] = [];
  for await (const batch of store.all()) found.push(...batch);
  return found;
}

describe("ItemStore", () => {
  for (const length of [40, 1000, 1_000_000]) {
    it(`gives items back by their place, in chunks of ${length} bytes`, async () => {
      const { objects } = memoryObjects();
      const store = new ItemStore(objects, await storeItems(objects, ITEMS, length));
      const placed = await all(store);
      assert.deepEqual(placed.map(({ item }) => item.path), ITEMS.map(({ path }) => path));
      for (const { item, position } of placed.toReversed()) assert.deepEqual(await store.at(position), item);
      assert.deepEqual(await all(store), placed, "a second time");
    });
  }

  it("reads an item that goes over many chunks", async () => {
    const { objects, repository } = memoryObjects();
    const huge = item("huge", FILE, { chunks: Array.from({ length: 5000 }, (_, i) => chunk(i, 1000)) });
    const store = new ItemStore(objects, await storeItems(objects, [item("a"), huge, item("b")], 1000));
    const [, { position }] = await all(store) as [PlacedItem, PlacedItem];
    repository.reads = 0;
    assert.deepEqual(await store.at(position), huge);
    assert.ok(repository.reads < 1500, `${repository.reads} reads`);
  });

  it("keeps what it has read, and reads at once for all who ask", async () => {
    const { objects, repository } = memoryObjects();
    const store = new ItemStore(objects, await storeItems(objects, ITEMS, 1_000_000));
    const placed = await all(store);
    repository.reads = 0;
    await Promise.all(placed.map(({ position }) => store.at(position)));
    assert.equal(repository.reads, 1);
  });

  it("forgets what was used least recently", async () => {
    const { objects, repository } = memoryObjects();
    const store = new ItemStore(objects, await storeItems(objects, ITEMS, 500));
    const placed = await all(store);
    repository.reads = 0;
    for (const { position } of placed) {
      await store.at(position);
      await store.at(placed[0]!.position);
    }
    assert.ok(repository.reads < placed.length);
    const before = repository.reads;
    await store.at(placed[0]!.position);
    assert.equal(repository.reads, before);
  });

  it("says what is missing, as often as asked, and reads it when it is there", async () => {
    const { objects, repository } = memoryObjects();
    const ids = await storeItems(objects, ITEMS, 1_000_000);
    const store = new ItemStore(objects, ids);
    const [{ position }] = await all(store) as [PlacedItem];
    const object = repository.objects.get(toHex(ids[0]!))!;
    repository.objects.clear();
    for (let i = 0; i < 2; i++) await assert.rejects(store.at(position), ObjectNotFound);
    repository.objects.set(toHex(ids[0]!), object);
    assert.equal((await store.at(position)).path, ITEMS[0]!.path);
  });
});
