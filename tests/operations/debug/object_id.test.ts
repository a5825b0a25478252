import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { idProblem, readId } from "../../../src/operations/debug/object_id.ts";

describe("an object's id", () => {
  it("is 64 hex digits", () => {
    const text = "0123456789abcdefABCDEF".padEnd(64, "0");
    assert.equal(idProblem(text), undefined);
    const { id } = readId(text);
    assert.deepEqual([id.length, id[1], id[10]], [32, 0x23, 0xef]);
  });

  it("is nothing else, for reasons that Python would give", () => {
    const length = "id must be 256bits or 64 hex digits";
    const digit = "Non-hexadecimal digit found";
    const cases: [string, string][] = [
      ["", length],
      ["11", length],
      ["1".repeat(66), length],
      ["1", "Odd-length string"],
      ["zzz", "Odd-length string"],
      ["zz", digit],
      ["0x11", digit],
      [" 1", digit],
      ["ü", "string argument should contain only ASCII characters"],
    ];
    for (const [text, problem] of cases) assert.equal(idProblem(text), problem, text);
  });
});
