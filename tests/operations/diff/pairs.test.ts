import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../../src/archive/item.ts";
import { ItemCursor } from "../../../src/operations/diff/item_cursor.ts";
import { Pairing } from "../../../src/operations/diff/pairs.ts";

const REGULAR = 0o100644;

function file(path: string, fields: Partial<Item> = {}): Item {
  const common = { mode: REGULAR, uid: 0, gid: 0, user: null, group: null, mtime: 0n };
  return { path, ...common, chunks: [], hardlinkMaster: false, ...fields };
}

function master(path: string): Item {
  return file(path, { hardlinkMaster: true });
}

function slave(path: string, source: string): Item {
  const { chunks: _chunks, hardlinkMaster: _master, ...rest } = file(path, { source });
  return rest;
}

/** Items come in batches of two. */
async function* inBatches(items: readonly Item[]): AsyncGenerator<Item[]> {
  for (let i = 0; i < items.length; i += 2) yield await Promise.resolve(items.slice(i, i + 2));
}

/** The pairs as `path before after`, with the paths of the items that stand for them. */
async function pairs(before: readonly Item[], after: readonly Item[]): Promise<string[]> {
  const found: string[] = [];
  const pairing = new Pairing((path) => void found.push(`${path} ?`));
  const cursor = (items: readonly Item[]) => new ItemCursor(inBatches(items), () => true);
  for await (const pair of pairing.run(cursor(before), cursor(after))) {
    found.push(`${pair.path} ${pair.before?.path ?? "-"} ${pair.after?.path ?? "-"}`);
  }
  return found;
}

describe("Pairing", () => {
  it("pairs equal paths in their order", async () => {
    const items = ["a", "b", "c"].map((path) => file(path));
    assert.deepEqual(await pairs(items, items), ["a a a", "b b b", "c c c"]);
  });

  it("shows what was added and then what was removed after what both have", async () => {
    const before = [file("gone"), file("a"), file("b")];
    const after = [file("a"), file("new"), file("b")];
    assert.deepEqual(await pairs(before, after), ["a a a", "b b b", "new - new", "gone gone -"]);
  });

  it("pairs paths in different orders as soon as both have come", async () => {
    const before = ["a", "b", "c"].map((path) => file(path));
    const after = ["c", "b", "a"].map((path) => file(path));
    assert.deepEqual(await pairs(before, after), ["b b b", "c c c", "a a a"]);
  });

  it("resolves names of hard links", async () => {
    const before = [master("m"), slave("s", "m")];
    const after = [master("m"), slave("s", "m"), slave("t", "m")];
    assert.deepEqual(await pairs(before, after), ["m m m", "s m m", "t - m"]);
  });

  it("keeps pairs for later whose master comes later", async () => {
    const before = [slave("s", "m"), file("x"), master("m")];
    const after = [file("s"), master("m"), file("y")];
    assert.deepEqual(await pairs(before, after), ["m m m", "y - y", "x x -", "s m s"]);
  });

  it("names links whose master is not there", async () => {
    assert.deepEqual(await pairs([slave("s", "m")], [slave("s", "m")]), ["s ?"]);
    assert.deepEqual(await pairs([], [slave("s", "m")]), ["s ?"]);
  });

  it("passes over what is not wanted", async () => {
    const cursor = new ItemCursor(
      inBatches(["a", "b", "c", "d", "e"].map((path) => file(path))),
      ({ path }) => path > "c",
    );
    assert.equal((await cursor.take())?.path, "d");
    assert.equal((await cursor.take())?.path, "e");
    assert.equal(await cursor.take(), undefined);
  });
});
