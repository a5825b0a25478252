import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../src/archive/item.ts";
import { ArchiveTree } from "../../src/mount/archive_tree.ts";
import { VersionedLeaves } from "../../src/mount/versions.ts";
import type { View } from "../../src/mount/view.ts";
import { PatternMatcher } from "../../src/selection/matcher.ts";
import { chunk, DIRECTORY, emptyTree, FILE, FOLDER, item, LINK, listTree, VIEW } from "./fixtures.ts";

/** The merged tree of archives of these items: its paths, each file with the archive and place of the item it shows. */
function merge(archives: readonly (readonly Item[])[], view: View = VIEW): Record<string, string> {
  const tree = emptyTree();
  const leaves = new VersionedLeaves(tree, DIRECTORY);
  archives.forEach((items, index) => {
    const archive = new ArchiveTree(tree, view, { directory: 1, source: index + 1, isDescribed: true }, leaves);
    items.forEach((item, position) => archive.add({ item, position }));
    if (archive.isIncomplete) items.forEach((item, position) => archive.resolve({ item, position }));
  });
  const { mode, source, position } = tree.nodes;
  const shown = [...listTree(tree)].filter(([, node]) => mode[node]! >>> 12 !== 4);
  return Object.fromEntries(shown.map(([path, node]) => [path, `${source[node]}:${position[node]}`]));
}

const file = (path: string, ...ids: number[]) => item(path, FILE, { chunks: ids.map((id) => chunk(id, 1)) });

describe("VersionedLeaves", () => {
  it("numbers contents that are others than before", () => {
    assert.deepEqual(merge([[file("a.txt", 1)], [file("a.txt", 2)], [file("a.txt", 2)], [file("a.txt", 1)]]), {
      "a.txt/a.00001.txt": "1:0",
      "a.txt/a.00002.txt": "3:0",
      "a.txt/a.00003.txt": "4:0",
    });
  });

  it("tells contents apart by all their chunks", () => {
    const versions = [file("a"), file("a", 1), file("a", 1, 2), file("a", 2, 1), file("a", 2, 1)];
    assert.deepEqual(Object.keys(merge(versions.map((item) => [item]))), [
      "a/a.00001",
      "a/a.00002",
      "a/a.00003",
      "a/a.00004",
    ]);
  });

  it("knows files far down, whose directories are all new", () => {
    const path = "d/".repeat(2000) + "file";
    assert.deepEqual(Object.keys(merge([[file(path, 1)], [file(path, 1)]])), [`${path}/file.00001`]);
  });

  it("puts the number before the last ending", () => {
    const names = Object.keys(
      merge([["x.tar.gz", ".hidden", ".hidden.conf", "end.", "...", "no"].map((n) => file(n))]),
    );
    assert.deepEqual(names.map((path) => path.split("/")[1]), [
      "x.tar.00001.gz",
      ".hidden.00001",
      ".hidden.00001.conf",
      "end.00001.",
      "....00001",
      "no.00001",
    ]);
  });

  it("gives no number to what is no regular file", () => {
    const link = item("a", LINK, { source: "x" });
    assert.deepEqual(merge([[link], [file("a", 1)], [link], [file("a")]]), {
      "a/a": "3:0",
      "a/a.00001": "2:0",
      "a/a.00002": "4:0",
    });
  });

  it("lets directories and files of one name share a directory", () => {
    assert.deepEqual(merge([[file("a", 1)], [item("a", FOLDER), file("a/b", 2)], [file("a", 3)]]), {
      "a/a.00001": "1:0",
      "a/a.00002": "3:0",
      "a/b/b.00001": "2:1",
    });
    assert.deepEqual(merge([[item("x", LINK, { source: "y" })], [file("x/x", 1)]]), { "x/x/x.00001": "2:0" });
  });

  const master = (id: number) => item("m", FILE, { hardlinkMaster: true, chunks: [chunk(id, 1)] });
  const slave = item("s", FILE, { source: "m" });

  it("gives other names of a file the versions of its contents", () => {
    assert.deepEqual(merge([[master(1), slave], [master(1), slave], [master(2), slave]]), {
      "m/m.00001": "2:0",
      "m/m.00002": "3:0",
      "s/s.00001": "2:0",
      "s/s.00002": "3:0",
    });
  });

  it("does so too where only other names are shown, or the file comes later", () => {
    const view = { ...VIEW, matcher: () => PatternMatcher.forArchive([], ["s"]) };
    assert.deepEqual(merge([[master(1), slave], [master(1), slave], [master(2), slave]], view), {
      "s/s.00001": "2:0",
      "s/s.00002": "3:0",
    });
    assert.deepEqual(merge([[slave, master(1)], [slave, master(2)]], view), { "s/s.00001": "1:1", "s/s.00002": "2:1" });
  });

  it("never takes an older archive's file for what another name means", () => {
    const unmarked = (id: number) => file("m", id);
    assert.deepEqual(merge([[unmarked(1)], [slave, unmarked(2)]]), {
      "m/m.00001": "1:0",
      "m/m.00002": "2:1",
      "s/s.00001": "2:1",
    });
  });
});
