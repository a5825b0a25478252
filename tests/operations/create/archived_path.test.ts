import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { archivedPath, parseRoot } from "../../../src/operations/create/archived_path.ts";

describe("an archived path", () => {
  for (
    const [root, walked, archived] of [
      ["d", "d", "d"],
      ["./d/", "d", "d"],
      ["/etc/passwd", "/etc/passwd", "etc/passwd"],
      ["//net/x", "//net/x", "net/x"],
      ["../../up", "../../up", "up"],
      ["../..", "../..", "."],
      ["/", "/", "."],
      [".", ".", "."],
      ["/strip/./keep", "/strip/keep", "keep"],
      ["/strip/./", "/strip", "."],
      ["a/b/./c/./d", "a/b/c/d", "c/d"],
      ["./x/./y", "x/y", "y"],
      ["/./x", "/x", "x"],
      ["a/../b/./c", "b/c", "c"],
    ] as const
  ) {
    it(`of the root ${root}`, () => {
      const { path, strip } = parseRoot(root);
      assert.equal(path, walked);
      assert.equal(archivedPath(path, strip), archived);
    });
  }

  it("loses what was cut off, below the root too", () => {
    const { path, strip } = parseRoot("/srv/./www");
    assert.equal(archivedPath(`${path}/index`, strip), "www/index");
    const all = parseRoot("/srv/./");
    assert.equal(archivedPath(`${all.path}/www`, all.strip), "www");
  });

  it("is none for what lies above the cut", () => {
    assert.equal(archivedPath("a", "a/b/"), undefined);
  });

  it("keeps bytes that are not UTF-8", () => {
    const { path, strip } = parseRoot("/s\udcff/./k\udcfe");
    assert.deepEqual([path, archivedPath(path, strip)], ["/s\udcff/k\udcfe", "k\udcfe"]);
  });
});
