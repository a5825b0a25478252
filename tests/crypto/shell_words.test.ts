import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { splitWords } from "../../src/crypto/shell_words.ts";

/** As Python's shlex.split answers. */
const CASES: readonly [string, readonly string[]][] = [
  ["a b  c", ["a", "b", "c"]],
  [`echo 'a b' "c d"`, ["echo", "a b", "c d"]],
  ["a\\ b", ["a b"]],
  [`"a\\"b\\c\\\\"`, [`a"b\\c\\`]],
  ["'a\\b'", ["a\\b"]],
  ["''", [""]],
  ["a''b", ["ab"]],
  [" x\ty\nz ", ["x", "y", "z"]],
  [" ", []],
  ["# no comment", ["#", "no", "comment"]],
  ["é ü", ["é", "ü"]],
  [`"\\$"`, ["\\$"]],
  ["a'b c'd", ["ab cd"]],
];

describe("splitWords", () => {
  for (const [text, words] of CASES) {
    it(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(splitWords(text), words));
  }

  it("refuses what is not closed", () => {
    for (const text of ["'a", 'a "b', 'a "b\\"', "a\\"]) assert.throws(() => splitWords(text), SyntaxError);
  });
});
