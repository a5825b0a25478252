import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { encodeText } from "../../src/encoding/path.ts";
import { DIRECTORY, emptyTree, FILE, listTree } from "./fixtures.ts";

describe("Tree", () => {
  it("finds entries by directory and name", () => {
    const tree = emptyTree();
    const [folder, file] = [tree.nodes.add(DIRECTORY), tree.nodes.add({ ...DIRECTORY, mode: FILE })];
    tree.link(1, "same", folder);
    tree.link(folder, "same", file);
    assert.equal(tree.nodeOf(tree.find(1, encodeText("same"))), folder);
    assert.equal(tree.nodeOf(tree.find(folder, encodeText("same"))), file);
    assert.equal(tree.find(1, encodeText("sam")), 0);
    assert.equal(tree.find(file, encodeText("same")), 0);
    assert.deepEqual([tree.nodes.parent[1], tree.nodes.parent[folder], tree.nodes.parent[file]], [1, 1, folder]);
  });

  it("counts the names of a node", () => {
    const tree = emptyTree();
    const [file, other] = [tree.nodes.add(DIRECTORY), tree.nodes.add(DIRECTORY)];
    tree.link(1, "a", file);
    tree.link(1, "b", file);
    assert.equal(tree.nodes.links[file], 2);
    tree.link(1, "a", other);
    assert.deepEqual([tree.nodes.links[file], tree.nodes.links[other]], [1, 1]);
    assert.deepEqual([...listTree(tree)], [["a", other], ["b", file]], "in the place of what it replaces");
  });

  it("lists directories that are filled by turns, and ends behind what is no entry of theirs", () => {
    const tree = emptyTree();
    const folders = [tree.nodes.add(DIRECTORY), tree.nodes.add(DIRECTORY)];
    folders.forEach((folder, i) => tree.link(1, `folder${i}`, folder));
    for (let i = 0; i < 3000; i++) tree.link(folders[i % 2]!, `f${i}`, tree.nodes.add({ ...DIRECTORY, mode: FILE }));
    const listed = [...listTree(tree).keys()];
    assert.equal(listed.length, 3002);
    assert.deepEqual(listed.slice(0, 3), ["folder0", "folder0/f0", "folder0/f2"]);
    const entry = tree.find(folders[0]!, encodeText("f0"));
    assert.equal(tree.next(folders[1]!, entry), 0);
    assert.equal(tree.next(folders[1]!, 2 ** 40), 0);
  });

  it("holds what a map holds", () => {
    const name = fc.oneof(fc.constantFrom("a", "b", "\udcff", "ü"), fc.string({ minLength: 1, maxLength: 5 }));
    fc.assert(fc.property(fc.array(name, { maxLength: 300 }), (names) => {
      const tree = emptyTree();
      const expected = new Map<string, number>();
      for (const name of names.filter((name) => name.isWellFormed() || name === "\udcff")) {
        const node = tree.nodes.add(DIRECTORY);
        tree.link(1, name, node);
        expected.set(name, node);
      }
      for (const [name, node] of expected) assert.equal(tree.nodeOf(tree.find(1, encodeText(name))), node);
    }));
  });

  it("makes a directory once, and in the place of anything else", () => {
    const tree = emptyTree();
    const folder = tree.subdirectory(1, "folder", DIRECTORY);
    assert.equal(tree.subdirectory(1, "folder", DIRECTORY), folder);
    tree.link(1, "file", tree.nodes.add({ ...DIRECTORY, mode: FILE }));
    const instead = tree.subdirectory(1, "file", DIRECTORY);
    assert.equal(tree.nodeOf(tree.find(1, encodeText("file"))), instead);
  });
});
