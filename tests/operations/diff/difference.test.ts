import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry, Item } from "../../../src/archive/item.ts";
import { type ComparisonRules, differenceOf } from "../../../src/operations/diff/difference.ts";

const RULES: ComparisonRules = { sameChunking: true, contentOnly: false, numericIds: false };
const CONTENT_ONLY: ComparisonRules = { ...RULES, contentOnly: true };

function chunk(number: number, size: number): ChunkEntry {
  return { id: new Uint8Array(32).fill(number), size, csize: size };
}

function item(fields: Partial<Item> = {}): Item {
  return { path: "p", mode: 0o100644, uid: 1, gid: 2, user: "u", group: "g", mtime: 5n, ctime: 5n, ...fields };
}

function changes(before: Item | undefined, after: Item | undefined, sameContents: boolean, rules = RULES) {
  return differenceOf({ path: "p", before, after }, sameContents, rules)?.changes;
}

describe("differenceOf", () => {
  it("finds nothing in equal items", () => {
    assert.equal(changes(item({ chunks: [chunk(1, 10)] }), item({ chunks: [chunk(1, 10)] }), true), undefined);
  });

  it("measures contents by the chunks that only one has", () => {
    const before = item({ chunks: [chunk(1, 10), chunk(2, 20), chunk(2, 20)] });
    const after = item({ chunks: [chunk(1, 10), chunk(3, 5)] });
    assert.deepEqual(changes(before, after, false), [{ type: "modified", added: 5, removed: 20 }]);
    assert.deepEqual(changes(before, after, false, { ...RULES, sameChunking: false }), [{ type: "modified" }]);
  });

  it("names what was added and removed by its kind", () => {
    assert.deepEqual(changes(undefined, item({ chunks: [chunk(1, 10)] }), true), [{ type: "added", size: 10 }]);
    const kinds = { 0o040755: "directory", 0o120777: "link", 0o020600: "chrdev", 0o060600: "blkdev", 0o010600: "fifo" };
    for (const [mode, kind] of Object.entries(kinds)) {
      assert.deepEqual(changes(item({ mode: Number(mode) }), undefined, true), [{ type: `removed ${kind}` }]);
    }
  });

  it("compares targets of links", () => {
    const [before, after] = ["a", "b"].map((source) => item({ mode: 0o120777, source }));
    assert.deepEqual(changes(before, after, true), [{ type: "changed link" }]);
    assert.deepEqual(changes(before, after, true, CONTENT_ONLY), [{ type: "changed link" }]);
  });

  it("compares owners by name or by number", () => {
    const before = item();
    const renumbered = item({ uid: 7 });
    const renamed = item({ user: null });
    assert.equal(changes(before, renumbered, true), undefined);
    assert.deepEqual(changes(before, renamed, true), [{ type: "owner", before, after: renamed }]);
    const numeric = { ...RULES, numericIds: true };
    assert.deepEqual(changes(before, renumbered, true, numeric), [{ type: "owner", before, after: renumbered }]);
    assert.equal(changes(before, renamed, true, numeric), undefined);
  });

  it("compares modes and times, unless only contents count", () => {
    const after = item({ mode: 0o100600, mtime: 6n, ctime: 7n });
    assert.deepEqual(changes(item(), after, true), [
      { type: "mode", before: 0o100644, after: 0o100600 },
      { type: "ctime", before: 5n, after: 7n },
      { type: "mtime", before: 5n, after: 6n },
    ]);
    assert.equal(changes(item(), after, true, CONTENT_ONLY), undefined);
  });

  it("tells that a link has become something else even if only contents count", () => {
    assert.deepEqual(changes(item({ mode: 0o120777, source: "a" }), item(), true, CONTENT_ONLY), []);
  });
});
