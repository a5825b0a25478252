import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { splitWords } from "../../src/encoding/shlex.ts";

describe("splitWords", () => {
  // What shlex.split of CPython 3.11 gives.
  const lines: [line: string, words: string[]][] = [
    ["", []],
    [" \t\r\n", []],
    ["ssh -p 22", ["ssh", "-p", "22"]],
    ["  a  b ", ["a", "b"]],
    ["'a b' \"c d\"", ["a b", "c d"]],
    ["a'b'\"c\"d", ["abcd"]],
    ["'' \"\"", ["", ""]],
    ["a\\ b \\'c\\\\", ["a b", "'c\\"]],
    ['"a\\"b\\\\c\\d"', ['a"b\\c\\d']],
    ["'a\\b\"'", ['a\\b"']],
    ["a #b", ["a", "#b"]],
    ["a\\\nb", ["a\nb"]],
    ["$HOME `x` *", ["$HOME", "`x`", "*"]],
    ["\u00e4\udcff 'x\ny'", ["\u00e4\udcff", "x\ny"]],
  ];
  for (const [line, words] of lines) it(JSON.stringify(line), () => assert.deepEqual(splitWords(line), words));

  for (const line of ["'a", '"a', 'a "b\\"', "a\\"]) {
    it(`refuses ${line}`, () => assert.throws(() => splitWords(line), SyntaxError));
  }
});
