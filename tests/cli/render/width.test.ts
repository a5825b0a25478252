import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { displayWidth, fitTo, padTo } from "../../../src/cli/render/width.ts";

const PATH =
  "src2/a-rather-long-directory-name-for-tests/and-another-one-below-it/the-file-itself-with-a-long-name.dat";

describe("fitTo", () => {
  it("leaves out the middle where BorgBackup does", () => {
    assert.equal(fitTo(PATH, 41), "src2/a-rather-lon...-with-a-long-name.dat");
    assert.equal(
      fitTo(PATH, 81),
      "src2/a-rather-long-directory-name-for...w-it/the-file-itself-with-a-long-name.dat",
    );
    assert.equal(fitTo(PATH, 21), "src2/a-...ng-name.dat");
  });

  it("pads what is shorter, and gives up below eight columns", () => {
    assert.equal(fitTo("abc", 10), "abc       ");
    assert.equal(fitTo("abcdefgh", 8), "abcdefgh");
    assert.equal(fitTo("abcdefghi", 7), "...    ");
  });

  it("counts columns", () => {
    assert.equal(displayWidth("日本e\u0301"), 5);
    assert.equal(padTo("日", 4), "日  ");
    assert.equal(displayWidth(fitTo("日本語日本語日本語", 10)), 10);
  });
});
