import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInteger } from "../../src/encoding/integer.ts";

describe("parseInteger", () => {
  it("reads what Python reads", () => {
    for (
      const [text, value] of [["0", 0], [" 7\n", 7], ["+12", 12], ["-3", -3], ["1_000", 1000], ["007", 7]] as const
    ) {
      assert.equal(parseInteger(text), value);
    }
  });

  it("refuses all else", () => {
    for (const text of ["", " ", "-", "1.0", "1e3", "0x10", "1__0", "_1", "1_", "1 2", "x", "9007199254740993"]) {
      assert.throws(() => parseInteger(text), RangeError, text);
    }
  });
});
