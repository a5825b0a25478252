import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isName, namesOf } from "../../src/mount/view.ts";

describe("namesOf", () => {
  it("takes a path apart, whatever slashes and dots are in it", () => {
    assert.deepEqual(namesOf("a/b/c"), ["a", "b", "c"]);
    assert.deepEqual(namesOf("/a//./b/"), ["a", "b"]);
    assert.deepEqual(namesOf("."), []);
    assert.deepEqual(namesOf("..."), ["..."]);
  });

  it("gives none for what would lead elsewhere or is no name", () => {
    for (const path of ["..", "a/../b", "../a", "a\0b", "a/\0"]) assert.equal(namesOf(path), undefined, path);
  });

  it("gives none for names that the kernel does not take", () => {
    assert.deepEqual(namesOf(`a/${"x".repeat(1024)}`)?.length, 2);
    assert.equal(namesOf(`a/${"x".repeat(1025)}`), undefined);
    assert.deepEqual(namesOf("ü".repeat(512))?.length, 1);
    assert.equal(namesOf("ü".repeat(513)), undefined);
    assert.deepEqual(namesOf("\udcff".repeat(1024))?.length, 1, "bytes that are no text count one each");
    assert.equal(namesOf("x".repeat(70_000)), undefined);
  });
});

describe("isName", () => {
  it("is true of what a directory can have", () => {
    for (const name of ["a", "...", "a b", "\udcff"]) assert.ok(isName(name), name);
    for (const name of ["", ".", "..", "a/b", "a\0"]) assert.ok(!isName(name), name);
  });
});
