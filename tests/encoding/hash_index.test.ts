import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { concat, fromHex, toHex } from "../../src/encoding/bytes.ts";
import { HashIndex, HashIndexError, MAX_VALUE } from "../../src/encoding/hash_index.ts";

const MAGIC = new TextEncoder().encode("BORG_IDX");

function id(number: number): Uint8Array {
  return new Uint8Array(createHash("sha256").update(String(number)).digest());
}

/** An id that begins its search in bucket `start` of tables with fewer than 2^32 buckets. */
function idFrom(start: number, rest: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(rest);
  new DataView(bytes.buffer).setUint32(0, start, true);
  return bytes;
}

function fill(count: number, valueWords: 2 | 3 = 2): HashIndex {
  const index = HashIndex.create(valueWords);
  for (let i = 0; i < count; i++) index.set(id(i), i, 2 * i, valueWords === 3 ? 3 * i : 0);
  return index;
}

function header(entries: string, buckets: string, sizes: string): Uint8Array {
  return concat(MAGIC, fromHex(entries + buckets + sizes));
}

function usedBuckets(index: HashIndex): number[] {
  const found = [];
  for (let bucket = index.next(-1); bucket >= 0; bucket = index.next(bucket)) found.push(bucket);
  return found;
}

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

  it("grows with the 775th id, and then by the list", () => {
    const index = fill(774);
    assert.equal(index.buckets, 1031);
    index.set(id(774), 1, 1);
    assert.equal(index.buckets, 2053);
    for (let i = 775; i < 1540; i++) index.set(id(i), 1, 1);
    assert.equal(index.buckets, 2053);
    index.set(id(1540), 1, 1);
    assert.equal(index.buckets, 4099);
    assert.equal(index.count, 1541);
  });

  it("shrinks one step below a quarter, never below the smallest size", () => {
    const index = fill(775);
    for (let i = 0; i < 262; i++) index.delete(id(i));
    assert.equal(index.buckets, 2053);
    index.delete(id(262));
    assert.deepEqual([index.count, index.buckets], [512, 1031]);
    for (let i = 263; i < 775; i++) assert.equal(index.delete(id(i)), true);
    assert.deepEqual([index.count, index.buckets], [0, 1031]);
  });

  it("takes the smallest size with the wanted capacity", () => {
    assert.equal(HashIndex.create(2, 1031).buckets, 1031);
    assert.equal(HashIndex.create(2, 1032).buckets, 2053);
    assert.equal(HashIndex.create(2, 400000).buckets, 445649);
  });

  it("probes upwards, around the end, and past deleted buckets", () => {
    const index = HashIndex.create(2);
    for (const rest of [1, 2, 3]) index.set(idFrom(1030, rest), rest, 0);
    assert.deepEqual([1, 2, 3].map((rest) => index.find(idFrom(1030, rest))), [1030, 0, 1]);
    index.delete(idFrom(1030, 2));
    assert.equal(index.find(idFrom(1030, 3)), 1);
    assert.equal(index.find(idFrom(1030, 2)), -1);
    index.set(idFrom(1030, 4), 4, 0);
    assert.equal(index.find(idFrom(1030, 4)), 0);
    assert.equal(index.find(idFrom(0xffffffff % 1031, 5)), -1);
    index.set(idFrom(0xffffffff, 5), 5, 0);
    assert.equal(index.find(idFrom(0xffffffff, 5)), 0xffffffff % 1031);
  });

  it("rebuilds itself when deleted buckets have used up the empty ones", () => {
    const index = HashIndex.create(2);
    for (let i = 0; i < 300; i++) index.set(id(i), i, 0);
    for (let i = 300; i < 5000; i++) {
      index.set(id(i), i, 0);
      index.delete(id(i - 300));
      assert.equal(index.buckets, 1031);
    }
    assert.equal(index.count, 300);
    const states = new DataView(index.encode().buffer, 18);
    let empties = 0;
    for (let bucket = 0; bucket < 1031; bucket++) {
      if (states.getUint32(40 * bucket + 32, true) === 0xffffffff) empties++;
    }
    assert.ok(empties >= 72);
    for (let i = 4700; i < 5000; i++) assert.notEqual(index.find(id(i)), -1);
  });

  it("walks over the used buckets in order", () => {
    const index = fill(100);
    const buckets = usedBuckets(index);
    assert.equal(buckets.length, 100);
    assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b));
    assert.deepEqual(new Set(buckets.map((bucket) => toHex(index.idAt(bucket)))).size, 100);
  });

  it("is seen by another view of its memory", () => {
    const index = HashIndex.create(3);
    const view = HashIndex.attach(index.shared, 3, index.buckets);
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
      const copy = HashIndex.decode(index.encode());
      for (const [key, value] of map) assert.equal(copy.word(copy.find(idFrom(key % 5, key)), 0), value);
    }));
  });
});

describe("the file of a HashIndex", () => {
  it("has the layout of the format reference", () => {
    const index = HashIndex.create(2);
    const key = idFrom(1, 0xab);
    index.set(key, 0x01020304, 0x05060708);
    const file = index.encode();
    assert.equal(file.length, 18 + 1031 * 40);
    assert.deepEqual(file.subarray(0, 18), header("01000000", "07040000", "2008"));
    assert.equal(toHex(file.subarray(18, 58)), "00".repeat(32) + "ffffffff00000000");
    assert.equal(toHex(file.subarray(58, 98)), toHex(key) + "0403020108070605");
  });

  it("comes back unchanged", () => {
    for (const index of [fill(0), fill(1000), fill(1000, 3)]) {
      assert.deepEqual(HashIndex.decode(index.encode()).encode(), index.encode());
    }
  });

  it("is read with any number of buckets, and grows from there", () => {
    const bucket = concat(id(1), fromHex("0500000006000000"));
    const index = HashIndex.decode(concat(header("01000000", "01000000", "2008"), bucket));
    assert.equal(index.word(index.find(id(1)), 1), 6);
    assert.equal(index.find(id(2)), -1);
    index.set(id(2), 7, 8);
    assert.deepEqual([index.count, index.buckets], [2, 1031]);
    assert.equal(index.word(index.find(id(1)), 1), 6);
  });

  it("is rebuilt on loading when it has hardly an empty bucket", () => {
    const deleted = concat(id(1), fromHex("feffffff00000000"));
    const used = concat(id(2), fromHex("0500000006000000"));
    const file = concat(header("01000000", "03000000", "2008"), deleted, used, deleted);
    const index = HashIndex.decode(file);
    assert.equal(index.count, 1);
    assert.notEqual(index.find(id(2)), -1);
    assert.equal(index.find(id(1)), -1);
  });

  it("is refused when damaged", () => {
    const empty = fromHex("00".repeat(32) + "ffffffff00000000");
    const wrong = [
      new Uint8Array(0),
      MAGIC,
      header("00000000", "01000000", "2008"),
      concat(header("00000000", "01000000", "2008"), empty, new Uint8Array(1)),
      concat(header("00000000", "00000000", "2008")),
      concat(header("02000000", "01000000", "2008"), empty),
      concat(header("ffffffff", "01000000", "2008"), empty),
      concat(header("00000000", "01000000", "2108"), empty),
      concat(header("00000000", "01000000", "2004"), empty),
      concat(fromHex("424f52475f494459"), header("00000000", "01000000", "2008").subarray(8), empty),
    ];
    for (const file of wrong) assert.throws(() => HashIndex.decode(file), HashIndexError);
  });
});

describe("the compact file of a HashIndex", () => {
  it("holds the entries in bucket order", () => {
    for (const valueWords of [2, 3] as const) {
      const index = fill(100, valueWords);
      const file = index.encodeCompact();
      assert.equal(file.length, 18 + 100 * (32 + 4 * valueWords));
      assert.deepEqual(file.subarray(0, 16), header("64000000", "64000000", ""));
      const expected = usedBuckets(index).map((bucket) => {
        const c = valueWords === 3 ? index.word(bucket, 2) : 0;
        return { id: index.idAt(bucket), a: index.word(bucket, 0), b: index.word(bucket, 1), c };
      });
      assert.deepEqual([...HashIndex.decodeCompact(file)], expected);
    }
  });

  it("has one empty bucket when there are no entries", () => {
    const file = HashIndex.create(3).encodeCompact();
    assert.equal(
      toHex(file),
      toHex(header("00000000", "01000000", "200c")) + "00".repeat(32) + "ffffffff" + "00".repeat(8),
    );
    assert.deepEqual([...HashIndex.decodeCompact(file)], []);
  });
});
