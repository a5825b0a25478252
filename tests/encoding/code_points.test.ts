import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { byCodePoints } from "../../src/encoding/code_points.ts";

describe("byCodePoints", () => {
  it("puts texts in Python's order", () => {
    const ordered = [
      "",
      "a",
      "a\u{10000}",
      "ab",
      "b",
      "\udc80",
      "\udcff",
      "\ue000",
      "\uffff",
      "\u{10000}",
      "\u{10001}",
    ];
    const shuffled = [...ordered].reverse().sort(byCodePoints);
    const expected = [
      "",
      "a",
      "ab",
      "a\u{10000}",
      "b",
      "\udc80",
      "\udcff",
      "\ue000",
      "\uffff",
      "\u{10000}",
      "\u{10001}",
    ];
    assert.deepEqual(shuffled, expected);
  });
});
