import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MAX_VALUE } from "../../../src/encoding/hash_index.ts";
import { ShadowIndex } from "../../../src/repository/local/shadow_index.ts";
import { id } from "../scratch.ts";

describe("ShadowIndex", () => {
  it("knows one segment of an id, several, or none", () => {
    const index = new ShadowIndex();
    index.add(id(1), 7);
    for (const segment of [3, MAX_VALUE, 3]) index.add(id(2), segment);
    index.set(id(3), []);
    assert.deepEqual([1, 2, 3, 4].map((i) => index.get(id(i))), [[7], [3, MAX_VALUE, 3], [], undefined]);
    assert.equal(index.count, 3);
  });

  it("goes from a list to one segment, and back", () => {
    const index = new ShadowIndex();
    for (const segments of [[1, 2], [5], [], [6], [7, 8, 9]]) {
      index.set(id(1), segments);
      assert.deepEqual(index.get(id(1)), segments);
    }
    index.delete(id(1));
    assert.equal(index.get(id(1)), undefined);
    index.add(id(1), 0);
    assert.deepEqual(index.get(id(1)), [0]);
  });

  it("gives all ids in the order in which they came, also while they get other segments", () => {
    const index = new ShadowIndex();
    for (let i = 0; i < 1000; i++) index.add(id(i), i);
    const found: number[] = [];
    for (const [key, segments] of index) {
      found.push(...segments);
      index.set(key, [1, 2]);
    }
    assert.deepEqual(found, [...Array(1000).keys()]);
    assert.deepEqual(index.get(id(999)), [1, 2]);
  });

  it("refuses what is not the number of a segment", () => {
    const index = new ShadowIndex();
    for (const segment of [-1, MAX_VALUE + 1, NaN]) assert.throws(() => index.set(id(1), [segment]), RangeError);
  });
});
