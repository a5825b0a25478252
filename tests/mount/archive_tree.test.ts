import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../src/archive/item.ts";
import { ArchiveTree } from "../../src/mount/archive_tree.ts";
import { NodeFlag } from "../../src/mount/node_table.ts";
import type { View } from "../../src/mount/view.ts";
import { PatternMatcher } from "../../src/selection/matcher.ts";
import { chunk, DIRECTORY, emptyTree, FIFO, FILE, FOLDER, item, LINK, listTree, VIEW } from "./fixtures.ts";

const SOURCE = 3;

/** The tree of an archive of these items; each item's position is its index. */
function grow(items: readonly Item[], view: View = VIEW, isDescribed = true) {
  const tree = emptyTree();
  const archive = new ArchiveTree(tree, view, { directory: 1, source: SOURCE, isDescribed });
  items.forEach((item, position) => archive.add({ item, position }));
  if (archive.isIncomplete) items.forEach((item, position) => archive.resolve({ item, position }));
  const found = listTree(tree);
  const paths = () => [...found.keys()];
  const node = (path: string) => found.get(path) ?? assert.fail(`${path} is not there`);
  return { archive, tree, nodes: tree.nodes, paths, node };
}

function only(...paths: readonly string[]): View {
  return { ...VIEW, matcher: () => PatternMatcher.forArchive([], paths) };
}

describe("ArchiveTree", () => {
  it("puts items under their names, with their place in the archive", () => {
    const { nodes, node, paths } = grow([item("a", FOLDER), item("a/b"), item("c", FIFO)]);
    assert.deepEqual(paths(), ["a", "a/b", "c"]);
    assert.deepEqual([nodes.source[node("c")], nodes.position[node("c")], nodes.position[node("a")]], [SOURCE, 2, 0]);
    assert.equal(nodes.parent[node("a/b")], node("a"));
  });

  it("makes directories that no item describes, and describes them when one comes", () => {
    const { nodes, node } = grow([item("a/b/c"), item("a/b", 0o040700)]);
    assert.deepEqual([nodes.mode[node("a")], nodes.uid[node("a")], nodes.source[node("a")]], [
      DIRECTORY.mode,
      DIRECTORY.uid,
      0,
    ]);
    assert.deepEqual([nodes.mode[node("a/b")], nodes.position[node("a/b")]], [0o040700, 1]);
  });

  it("lets the last of several items of one path count", () => {
    const { nodes, node, paths } = grow([item("a"), item("d", FOLDER), item("d/x"), item("a"), item("d", FOLDER)]);
    assert.deepEqual(paths(), ["a", "d", "d/x"]);
    assert.deepEqual([nodes.position[node("a")], nodes.links[node("a")], nodes.position[node("d")]], [3, 1, 4]);
  });

  it("lets a directory take the place of a file, and the other way round", () => {
    assert.deepEqual(grow([item("a"), item("a", FOLDER), item("a/b")]).paths(), ["a", "a/b"]);
    assert.deepEqual(grow([item("a"), item("a/b")]).paths(), ["a", "a/b"]);
    assert.deepEqual(grow([item("a", FOLDER), item("a/b/c"), item("a")]).paths(), ["a"]);
    const again = grow([item("a/b/c"), item("a"), item("a", FOLDER), item("a/b/d")]);
    assert.deepEqual(again.paths(), ["a", "a/b", "a/b/d"]);
  });

  it("leaves out what cannot be shown, and counts it", () => {
    const { archive, paths } = grow([item("../a"), item("b/../../c"), item("d\0e"), item("x".repeat(2000)), item("f")]);
    assert.deepEqual([archive.unshowable, paths()], [4, ["f"]]);
  });

  it("describes the archive's root by its item, where that is wanted", () => {
    assert.equal(grow([item(".", 0o040711)]).nodes.mode[1], 0o040711);
    assert.equal(grow([item(".", 0o040711)], VIEW, false).nodes.mode[1], DIRECTORY.mode);
    assert.equal(grow([item(".", 0o040711)], { ...VIEW, stripComponents: 1 }).nodes.mode[1], DIRECTORY.mode);
    assert.equal(grow([item(".", FILE)]).nodes.mode[1], DIRECTORY.mode, "a file is no root");
  });

  it("drops leading names, and items that have no more", () => {
    const items = [item("a", FOLDER), item("a/b", FOLDER), item("a/b/c"), item("a/d")];
    assert.deepEqual(grow(items, { ...VIEW, stripComponents: 1 }).paths(), ["b", "b/c", "d"]);
    assert.deepEqual(grow(items, { ...VIEW, stripComponents: 3 }).paths(), []);
  });

  it("shows parts only when asked", () => {
    const items = [item("a.borg_part_1", FILE, { part: 1 }), item("a")];
    assert.deepEqual(grow(items).paths(), ["a"]);
    assert.deepEqual(grow(items, { ...VIEW, considerParts: true }).paths(), ["a.borg_part_1", "a"]);
  });

  it("marks what has extended attributes and what is damaged", () => {
    const { nodes, node } = grow([
      item("x", FILE, { xattrs: new Map([["user.a", new Uint8Array(0)]]) }),
      item("d", FILE, { chunksHealthy: [chunk(1, 1)] }),
      item("n"),
    ]);
    assert.deepEqual(["x", "d", "n"].map((path) => nodes.flags[node(path)]), [NodeFlag.xattrs, NodeFlag.damaged, 0]);
    assert.ok(nodes.anyDamaged);
  });
});

describe("hard links in an ArchiveTree", () => {
  const MASTER = item("m/master", FILE, { hardlinkMaster: true, chunks: [chunk(1, 9)] });
  const SLAVE = item("s/slave", FILE, { source: "m/master" });

  it("are one node", () => {
    const { nodes, node } = grow([MASTER, SLAVE, item("s/again", FILE, { source: "m/master" })]);
    assert.equal(node("m/master"), node("s/slave"));
    assert.deepEqual([nodes.links[node("s/again")], nodes.size[node("s/slave")]], [3, 9]);
  });

  it("are one node where only other names are shown", () => {
    const items = [MASTER, SLAVE, item("s/again", FILE, { source: "m/master" })];
    for (const [view, prefix] of [[only("s"), "s/"], [{ ...only("s"), stripComponents: 1 }, ""]] as const) {
      const { nodes, node } = grow(items, view);
      assert.equal(node(`${prefix}slave`), node(`${prefix}again`));
      assert.equal(nodes.size[node(`${prefix}slave`)], 9);
      assert.equal(nodes.links[node(`${prefix}slave`)], 2, "the name that is not shown does not count");
    }
  });

  it("find their contents in a second pass when the master comes later, or is not marked", () => {
    const unmarked = item("m/master", FILE, { chunks: [chunk(1, 9)] });
    for (const items of [[SLAVE, MASTER], [SLAVE, unmarked], [unmarked, SLAVE]]) {
      const { nodes, node } = grow(items);
      assert.equal(nodes.size[node("s/slave")], 9);
      assert.equal(nodes.position[node("s/slave")], items.findIndex(({ source }) => source === undefined));
    }
    const hidden = grow([unmarked, SLAVE], only("s"));
    assert.equal(hidden.nodes.size[hidden.node("s/slave")], 9);
  });

  it("stay empty when there is no master", () => {
    const { archive, nodes, node } = grow([SLAVE]);
    assert.ok(archive.isIncomplete);
    assert.equal(nodes.size[node("s/slave")], 0);
  });

  it("are not made of symbolic links, whose source is something else", () => {
    const { nodes, node } = grow([item("a"), item("l", LINK, { source: "a" })]);
    assert.notEqual(node("a"), node("l"));
    assert.deepEqual([nodes.links[node("a")], nodes.size[node("l")]], [1, 1]);
  });
});
