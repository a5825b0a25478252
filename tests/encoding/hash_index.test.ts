import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { HashIndex, MAX_VALUE } from "../../src/encoding/hash_index.ts";
import { decodeIndex, encodeIndex } from "../../src/encoding/hash_index_file.ts";
import { entriesOf, fill, id, idFrom } from "./indexes.ts";

describe("HashIndex", () => {
  it("finds what was set, and only that", () => {
    const index = fill(5000, 3);
    assert.equal(index.count, 5000);
    for (let i = 0; i < 5000; i++) {
      const bucket = index.find(id(i));
      assert.deepEqual([0, 1, 2].map((word) => index.word(bucket, word)), [i, 2 * i, 3 * i]);
      assert.deepEqual(index.idAt(bucket), id(i));
    }
    for (let i = 5000; i < 6000; i++) assert.equal(index.find(id(i)), -1);
  });

  it("says whether an id is new and overwrites one that is not", () => {
    const index = HashIndex.create(2);
    assert.equal(index.set(id(1), 1, 2), true);
    assert.equal(index.set(id(1), 3, 4), false);
    assert.equal(index.count, 1);
    assert.equal(index.word(index.find(id(1)), 0), 3);
    index.setWord(index.find(id(1)), 1, MAX_VALUE);
    assert.equal(index.word(index.find(id(1)), 1), MAX_VALUE);
  });

  it("refuses values that would mark a state, and stays as it was", () => {
    const index = HashIndex.create(3);
    for (const value of [MAX_VALUE + 1, 0xffffffff, -1, NaN]) {
      assert.throws(() => index.set(id(1), value, 0), RangeError);
      assert.throws(() => index.set(id(1), 0, value), RangeError);
      assert.throws(() => index.set(id(1), 0, 0, value), RangeError);
      assert.throws(() => index.setWord(0, 0, value), RangeError);
    }
    assert.equal(index.count, 0);
    assert.equal(index.find(id(1)), -1);
  });

  it("reads ids out of the middle of other bytes", () => {
    const index = HashIndex.create(2);
    const bytes = concat(id(1), id(2), id(3));
    index.set(bytes, 5, 6, 0, 32);
    assert.equal(index.find(id(2)), index.find(bytes, 32));
    assert.equal(index.find(id(1)), -1);
    const other = HashIndex.create(2);
    other.set(index.bytes, 7, 8, 0, index.offsetOf(index.find(id(2))));
    assert.notEqual(other.find(id(2)), -1);
    assert.equal(index.delete(bytes, 32), true);
    assert.equal(index.count, 0);
  });

  it("keeps what it has while it grows, and the numbers of entries", () => {
    const index = HashIndex.create(2);
    const entries: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      index.set(id(i), i, 0);
      entries.push(index.find(id(i)));
    }
    for (const [i, entry] of entries.entries()) assert.deepEqual([index.find(id(i)), index.word(entry, 0)], [entry, i]);
  });

  it("finds ids that begin alike", () => {
    const index = HashIndex.create(2);
    for (let rest = 0; rest < 200; rest++) index.set(idFrom(7, rest), rest, 0);
    for (let rest = 0; rest < 200; rest += 2) assert.equal(index.delete(idFrom(7, rest)), true);
    for (let rest = 0; rest < 200; rest++) {
      const entry = index.find(idFrom(7, rest));
      if (rest % 2) assert.equal(index.word(entry, 0), rest);
      else assert.equal(entry, -1);
    }
  });

  it("uses the memory of deleted entries again", () => {
    const index = fill(300);
    const { byteLength } = index.shared;
    for (let i = 300; i < 5000; i++) {
      index.delete(id(i - 300));
      index.set(id(i), i, 0);
    }
    assert.deepEqual([index.count, index.shared.byteLength], [300, byteLength]);
    for (let i = 4700; i < 5000; i++) assert.equal(index.word(index.find(id(i)), 0), i);
  });

  it("moves where there is no address space to grow in", (): void => {
    const scarce = class extends SharedArrayBuffer {
      constructor(length: number, { maxByteLength = length }: { maxByteLength?: number } = {}) {
        if (maxByteLength > Math.max(length, 2 ** 20)) throw new RangeError("no address space");
        super(length, { maxByteLength });
      }
    };
    const real = globalThis.SharedArrayBuffer;
    globalThis.SharedArrayBuffer = scarce as SharedArrayBufferConstructor;
    try {
      const index = fill(40_000);
      for (let i = 0; i < 40_000; i++) assert.equal(index.word(index.find(id(i)), 0), i);
    } finally {
      globalThis.SharedArrayBuffer = real;
    }
  });

  it("walks over the entries in order", () => {
    const index = fill(100);
    const buckets = entriesOf(index);
    assert.equal(buckets.length, 100);
    assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b));
    assert.deepEqual(new Set(buckets.map((bucket) => toHex(index.idAt(bucket)))).size, 100);
  });

  it("is seen by another view of its memory", () => {
    const index = HashIndex.create(3);
    const view = HashIndex.attach(index.shared, 3);
    index.set(id(1), 1, 2, 3);
    assert.equal(view.count, 1);
    assert.equal(view.word(view.find(id(1)), 2), 3);
  });

  it("behaves as a map through any sequence of changes", () => {
    const change = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1000 }));
    fc.assert(fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const index = HashIndex.create(2);
      const map = new Map<number, number>();
      for (const [add, key, value] of changes) {
        if (add) assert.equal(index.set(idFrom(key % 5, key), value, 0), !map.has(key));
        else assert.equal(index.delete(idFrom(key % 5, key)), map.delete(key));
        if (add) map.set(key, value);
      }
      assert.equal(index.count, map.size);
      const copy = decodeIndex(encodeIndex(index));
      for (const [key, value] of map) assert.equal(copy.word(copy.find(idFrom(key % 5, key)), 0), value);
    }));
  });
});
