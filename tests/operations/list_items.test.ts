import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Item } from "../../src/archive/item.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { BorgError } from "../../src/errors.ts";
import type { ChunkReader, ChunkRequest } from "../../src/operations/chunk_reader.ts";
import { type FoundItem, type ItemListing, listItems, listItemsWithDigests } from "../../src/operations/list_items.ts";
import { file, idOf } from "../archive/items.ts";
import { Stage } from "./stage.ts";

const ALL: ItemListing = { isWanted: () => true, checkAbort: () => {} };

async function* batches(...items: Item[][]): AsyncGenerator<Item[]> {
  for (const batch of items) yield await Promise.resolve(batch);
}

function chunks(...numbers: number[]) {
  return numbers.map((number) => ({ id: idOf(number), size: 3, csize: 5 }));
}

describe("listItems", () => {
  it("hands over what is wanted, batch by batch", async () => {
    const found: string[][] = [];
    const isWanted = ({ path }: Item) => path !== "b";
    const items = batches([file("a"), file("b")], [file("c")]);
    await listItems(items, { ...ALL, isWanted }, (batch) => void found.push(batch.map(({ item }) => item.path)));
    assert.deepEqual(found, [["a"], ["c"]]);
  });

  it("stops when it must", async () => {
    const checkAbort = () => {
      throw new RangeError("stop");
    };
    await assert.rejects(listItems(batches([file("a")]), { ...ALL, checkAbort }, () => assert.fail()), RangeError);
  });

  describe("with references", () => {
    let stage: Stage;
    beforeEach(() => {
      stage = new Stage();
    });
    afterEach(() => stage.remove());

    it("tells what no other item of the repository has", async () => {
      const [own, twice, shared] = [await stage.chunk("own"), await stage.chunk("twice"), await stage.chunk("shared")];
      const item = file("x", [own, twice, shared, twice]);
      await stage.archive("a", [[item, file("y", [shared]), file("z")]]);
      const found: FoundItem[] = [];
      await stage.use(({ cache }) =>
        listItems(
          batches([item, file("z")]),
          { ...ALL, references: cache.chunks },
          (batch) => void found.push(...batch),
        )
      );
      assert.deepEqual(found.map(({ unique }) => unique), [
        { size: 13, csize: own.csize + 2 * twice.csize, chunks: 3 },
        { size: 0, csize: 0, chunks: 0 },
      ]);
    });
  });
});

/** Delivers the number of each chunk as its content, when it is drained. */
class LateReader {
  readonly waiting: ChunkRequest[] = [];

  request(requests: readonly ChunkRequest[]): Promise<void> {
    this.waiting.push(...requests);
    return Promise.resolve();
  }

  async drain(): Promise<void> {
    for (const request of this.waiting) {
      const number = request.id[3]!;
      if (number === 99) await request.fail(new BorgError("Repository.ObjectNotFound"));
      else await request.receive(encodeText(String(number)));
    }
  }
}

describe("listItemsWithDigests", () => {
  async function list(...items: Item[]): Promise<string[]> {
    const found: string[] = [];
    const reader = new LateReader() as unknown as ChunkReader;
    await listItemsWithDigests(batches(items), ALL, { reader, digests: ["md5", "xxh64"] }, (batch) => {
      for (const { item, digests } of batch) {
        found.push([item.path, digests?.get("md5") ?? "none", digests?.get("xxh64") ?? "none"].join(" "));
      }
    });
    return found;
  }

  it("keeps the order of the items and computes what was asked for", async () => {
    assert.deepEqual(await list(file("a", chunks(1, 2)), file("directory"), file("empty", []), file("b", chunks(1))), [
      "a c20ad4d76fe97759aa27a0c99bff6710 5460f49adbe7aba2",
      "directory none none",
      "empty d41d8cd98f00b204e9800998ecf8427e ef46db3751d8e999",
      "b c4ca4238a0b923820dcc509a6f75849b b7b41276360564d4",
    ]);
  });

  it("ends at the first chunk that cannot be had", async () => {
    await assert.rejects(list(file("a", chunks(99))), { code: "Repository.ObjectNotFound" });
  });
});
