import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../src/archive/item.ts";
import { parseDifferenceOrder, sortDifferences } from "../../src/cli/difference_order.ts";
import type { Difference } from "../../src/operations/diff/difference.ts";

function item(fields: Partial<Item>): Item {
  return { path: "", mode: 0o100644, uid: 0, gid: 0, user: null, group: null, mtime: 0n, ...fields };
}

const DIFFERENCES: readonly Difference[] = [
  {
    path: "b",
    before: item({ uid: 3, mtime: 1n }),
    after: item({ uid: 1, mtime: 9n }),
    changes: [{ type: "modified", added: 10, removed: 30 }],
  },
  { path: "a", before: undefined, after: item({ uid: 2, mtime: 4n }), changes: [{ type: "added", size: 10 }] },
  { path: "c", before: item({ uid: 5, mtime: 2n }), after: undefined, changes: [{ type: "removed", size: 7 }] },
];

function sorted(orders: string): string {
  const differences = [...DIFFERENCES];
  sortDifferences(differences, parseDifferenceOrder(orders));
  return differences.map(({ path }) => path).join("");
}

describe("the order of differences", () => {
  it("goes by one field", () => {
    assert.equal(sorted("path"), "abc");
    assert.equal(sorted(">path"), "cba");
    assert.equal(sorted("<size_removed"), "acb");
    assert.equal(sorted("size_diff"), "bca");
    assert.equal(sorted("uid"), "bac");
    assert.equal(sorted("mtime_diff"), "cab");
  });

  it("goes by further fields where the first does not decide", () => {
    assert.equal(sorted(">size_added,path"), "abc");
    assert.equal(sorted(">size_added,>path"), "bac");
  });

  it("refuses unknown fields", () => {
    assert.throws(() => parseDifferenceOrder("path,inode"), /Invalid sort field: inode/);
    assert.throws(() => parseDifferenceOrder("toString"), /Invalid sort field/);
  });
});
