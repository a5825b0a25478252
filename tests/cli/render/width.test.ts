import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { displayWidth, fitTo, inOneLine, padTo } from "../../../src/cli/render/width.ts";

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
    assert.equal(fitTo("abcdefghi", 2), "..");
    assert.equal(fitTo("abcdefghi", -1), "");
  });

  it("counts columns", () => {
    assert.equal(displayWidth("日本e\u0301"), 5);
    assert.equal(padTo("日", 4), "日  ");
    assert.equal(displayWidth(fitTo("日本語日本語日本語", 10)), 10);
    const cases: [string, number][] = [
      ["ｶﾅ", 2], // half-width
      ["カナ、ｆ", 8],
      ["한글", 4],
      ["\u1112\u1161\u11ab", 2], // the same syllable in its parts
      ["\u{1f600}\u{1f680}", 4],
      ["\u{17000}\u{1b000}\u{20000}", 6],
      ["a\u200bb\u00adc\ufeff", 4], // the soft hyphen is seen, the others are not
      ["नमस्ते", 4],
      ["кириллица", 9],
    ];
    for (const [text, width] of cases) assert.equal(displayWidth(text), width, text);
  });
});

describe("inOneLine", () => {
  it("leaves nothing that moves the cursor", () => {
    assert.equal(inOneLine("a\nb\tc\u001b[2Jd\u0085e\u2028f\u007f"), "a?b?c?[2Jd?e?f?");
    assert.equal(inOneLine("日本 é"), "日本 é");
  });
});
