import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { chunkListStream } from "../../src/archive/chunk_lists.ts";
import type { Item } from "../../src/archive/item.ts";
import { ItemWriter, readItemBatches } from "../../src/archive/item_stream.ts";
import { ITEM_CHUNKER_PARAMS } from "../../src/chunking/chunker.ts";
import { createChunker } from "../../src/chunking/create.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { encode } from "../../src/encoding/msgpack.ts";
import { IntegrityError } from "../../src/errors.ts";
import { anyItem, cut, file, idOf, packed } from "./items.ts";
import { itemsOf } from "./items_of.ts";

/** Chunks of a stream that is there as a whole. */
function chunksOf(bytes: Uint8Array, seed: number): Uint8Array[] {
  const chunker = createChunker(ITEM_CHUNKER_PARAMS, seed);
  const chunks: Uint8Array[] = [];
  const take = () => {
    for (let chunk = chunker.next(); chunk !== undefined; chunk = chunker.next()) chunks.push(chunk.slice());
  };
  for (let at = 0; at < bytes.length;) {
    const space = chunker.space();
    const part = bytes.subarray(at, at + space.length);
    space.set(part);
    chunker.commit(part.length);
    at += part.length;
    take();
  }
  chunker.end();
  take();
  return chunks;
}

/** Items of which no two are alike, so that the stream has cut points. */
function manyItems(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => {
    const path = `folder-${(i * 2654435761) % 1009}/${(i * i * 40503) % 4294967291}/file-${i}`;
    return file(path, [{
      id: new Uint8Array(32).map((_, at) => (i * 31 + at * at * 7) ^ (i >> 8)),
      size: i,
      csize: i + 9,
    }]);
  });
}

async function write(items: readonly Item[], seed: number, flushAfter: readonly number[] = []): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const writer = new ItemWriter(seed, (chunk) => void chunks.push(chunk));
  for (const [i, item] of items.entries()) {
    await writer.add(item);
    if (flushAfter.includes(i)) await writer.flush();
  }
  await writer.flush();
  return chunks;
}

describe("the writer of item streams", () => {
  it("cuts the stream as if it were there as a whole", async () => {
    const items = manyItems(12000);
    for (const seed of [0, -123456789]) {
      const chunks = await write(items, seed);
      assert.ok(chunks.length > 5);
      assert.deepEqual(
        chunks.map((chunk) => chunk.length),
        chunksOf(packed(...items), seed).map((chunk) => chunk.length),
      );
      assert.deepEqual(concat(...chunks), packed(...items));
    }
  });

  it("ends a chunk where it is flushed, and cuts the rest for itself", async () => {
    const items = manyItems(6000);
    const chunks = await write(items, 7, [2999, 3000]);
    const parts = [items.slice(0, 3000), items.slice(3000, 3001), items.slice(3001)].map((part) => packed(...part));
    assert.deepEqual(chunks, parts.flatMap((part) => chunksOf(part, 7)));
  });

  it("emits nothing for nothing", async () => {
    assert.deepEqual(await write([], 0), []);
  });

  it("waits for whoever takes the chunks", async () => {
    let open = 0;
    const writer = new ItemWriter(0, async () => {
      assert.equal(++open, 1);
      await Promise.resolve();
      open--;
    });
    for (const item of manyItems(5000)) await writer.add(item);
    await writer.flush();
    assert.equal(open, 0);
  });
});

describe("readers of item streams", () => {
  it("find the items wherever the chunks end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyItem, { maxLength: 8 }), fc.integer({ min: 1, max: 400 }), async (items, length) => {
        const bytes = packed(...items);
        assert.deepEqual(packed(...await itemsOf(cut(bytes, length))), bytes);
      }),
    );
  });

  it("give the items of a chunk together", async () => {
    const bytes = packed(file("a"), file("b"), file("c"));
    const batches: number[] = [];
    for await (
      const batch of readItemBatches([bytes.subarray(0, bytes.length - 1), bytes.subarray(bytes.length - 1)])
    ) {
      batches.push(batch.length);
    }
    assert.deepEqual(batches, [2, 1, 0]);
  });

  it("read an item over many chunks in reasonable time", async () => {
    const chunks = Array.from({ length: 30000 }, (_, i) => ({ id: idOf(i), size: i, csize: i }));
    const bytes = packed(file("big", chunks), file("small"));
    const [big, small] = await itemsOf(cut(bytes, 1000));
    assert.equal(big!.chunks!.length, 30000);
    assert.equal(small!.path, "small");
  });

  it("refuse streams that end within an item or hold something else", async () => {
    const bytes = packed(file("a"));
    await assert.rejects(itemsOf([bytes.subarray(0, 10)]), IntegrityError);
    await assert.rejects(itemsOf([concat(bytes, encode("text"))]), IntegrityError);
    await assert.rejects(itemsOf([Uint8Array.of(0xc1)]), IntegrityError);
  });

  it("visit the same chunk lists as the items have", () => {
    fc.assert(fc.property(fc.array(anyItem, { maxLength: 8 }), fc.integer({ min: 1, max: 400 }), (items, length) => {
      const stream = chunkListStream();
      const lists = [...cut(packed(...items), length).flatMap((chunk) => stream.feed(chunk)), ...stream.end()];
      const found = lists.filter((list) => list !== undefined).map(({ bytes, at, sizes, csizes, part }) => ({
        part,
        chunks: at.map((start, i) => [toHex(bytes.slice(start, start + 32)), sizes[i], csizes[i]]),
      }));
      assert.deepEqual(
        found,
        items.filter((item) => item.chunks !== undefined).map(({ chunks, part }) => ({
          part: part !== undefined,
          chunks: chunks!.map(({ id, size, csize }) => [toHex(id), size, csize]),
        })),
      );
    }));
  });

  it("visit chunk ids in other forms, and refuse such of another length", () => {
    const chunk = (id: number[]) =>
      Uint8Array.of(0x81, 0xa6, ...new TextEncoder().encode("chunks"), 0x91, 0x93, ...id, 1, 2);
    const id = Array.from(idOf(77));
    for (const header of [[0xd9, 32], [0xc4, 32], [0xda, 0, 32], [0xdb, 0, 0, 0, 32]]) {
      const [list] = chunkListStream().feed(chunk([...header, ...id]));
      assert.deepEqual(list!.bytes.slice(list!.at[0], list!.at[0]! + 32), idOf(77));
    }
    assert.throws(() => chunkListStream().feed(chunk([0xd9, 33, ...id, 0])), IntegrityError);
    assert.throws(() => chunkListStream().feed(chunk([0xda, 0, 31, ...id.slice(1)])), IntegrityError);
  });
});
