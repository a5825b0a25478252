import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { partAt, startOf } from "../../src/mount/ends.ts";

describe("parts by where they end", () => {
  it("finds the part that an offset lies in", () => {
    const ends = [10, 10, 25, 30];
    const found = [0, 9, 10, 24, 25, 29, 30, 99].map((offset) => partAt(ends, offset));
    assert.deepEqual(found, [0, 0, 2, 2, 3, 3, 4, 4]);
    assert.deepEqual([0, 1, 2, 3, 4].map((part) => startOf(ends, part)), [0, 10, 10, 25, 30]);
    assert.equal(partAt([], 0), 0);
  });

  it("finds what going through all of them finds", () => {
    fc.assert(fc.property(fc.array(fc.nat(20)), fc.nat(300), (lengths, offset) => {
      let end = 0;
      const ends = lengths.map((length) => end += length);
      const expected = ends.findIndex((end) => end > offset);
      assert.equal(partAt(ends, offset), expected < 0 ? ends.length : expected);
    }));
  });
});
