import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { normalPath } from "../../src/encoding/normal_path.ts";

describe("a normal path", () => {
  for (
    const [path, normal] of [
      ["", "."],
      [".", "."],
      ["./", "."],
      ["a/", "a"],
      ["a//b/./c", "a/b/c"],
      ["a/../b", "b"],
      ["a/..", "."],
      ["../../a/..", "../.."],
      ["a/../../b", "../b"],
      ["/", "/"],
      ["/..", "/"],
      ["/../a", "/a"],
      ["//a", "//a"],
      ["//", "//"],
      ["///a/", "/a"],
      ["a\udcff/./\udcfe\n", "a\udcff/\udcfe\n"],
    ] as const
  ) it(`of ${JSON.stringify(path)}`, () => assert.equal(normalPath(path), normal));
});
