import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../../src/archive/item.ts";
import { HardLinks, isHardLinkMaster, isHardLinkSlave } from "../../../src/operations/extract/hard_links.ts";
import { stripComponents } from "../../../src/operations/extract/strip.ts";

const chunk = { id: new Uint8Array(32), size: 5, csize: 8 };

function item(path: string, change: Partial<Item> = {}): Item {
  return { path, mode: 0o100644, uid: 0, gid: 0, user: null, group: null, mtime: 0n, ...change };
}

describe("hard links", () => {
  it("are told from symbolic links and from what cannot have any", () => {
    assert.equal(isHardLinkSlave(item("a", { source: "b" })), true);
    assert.equal(isHardLinkSlave(item("a", { source: "b", mode: 0o120777 })), false);
    assert.equal(isHardLinkMaster(item("a")), true, "an absent mark counts as yes");
    assert.equal(isHardLinkMaster(item("a", { hardlinkMaster: false })), false);
    assert.equal(isHardLinkMaster(item("a", { mode: 0o40755 })), false);
    assert.equal(isHardLinkMaster(item("a", { mode: 0o10644 })), true);
  });

  it("link to their master when it is extracted", () => {
    const slave = new HardLinks(0).resolve(item("b", { source: "a" }), "b");
    assert.deepEqual([slave.path, slave.source], ["b", "a"]);
  });

  it("get the contents when it is not, and later ones link to the first", () => {
    const links = new HardLinks(1);
    links.skip(item("d/a", { chunks: [chunk], chunksHealthy: [chunk] }));
    const first = links.resolve(item("d/b", { source: "d/a" }), "b");
    assert.deepEqual([first.path, first.source, first.chunks, first.chunksHealthy], ["b", undefined, [chunk], [chunk]]);
    const second = links.resolve(item("d/c", { source: "d/a" }), "c");
    assert.deepEqual([second.path, second.source, second.chunks], ["c", "b", undefined]);
  });

  it("link to stripped paths, even if a stand-in is called like an unstripped one", () => {
    const links = new HardLinks(1);
    assert.equal(links.resolve(item("x/b", { source: "x/a" }), "b").source, "a");
    links.skip(item("y/z/m"));
    links.resolve(item("q/y/z/m", { source: "y/z/m" }), "y/z/m");
    assert.equal(links.resolve(item("x/c", { source: "y/z/m" }), "c").source, "y/z/m");
  });
});

describe("strip components", () => {
  for (
    const [path, count, rest] of [
      ["a/b", 0, "a/b"],
      ["a/b", 1, "b"],
      ["a/b", 2, undefined],
      ["a/b/c", 2, "c"],
      ["a", 5, undefined],
    ] as const
  ) it(`${count} of ${path}`, () => assert.equal(stripComponents(path, count), rest));
});
