import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat, fromHex, toHex } from "../../src/encoding/bytes.ts";
import { HashIndex, HashIndexError } from "../../src/encoding/hash_index.ts";
import {
  decodeCompact,
  decodeIndex,
  encodeCompact,
  encodeIndex,
  indexFileLength,
  PIECE_LENGTH,
} from "../../src/encoding/hash_index_file.ts";
import { entriesOf, fill, id, idFrom } from "./indexes.ts";

const MAGIC = new TextEncoder().encode("BORG_IDX");

function header(entries: string, buckets: string, sizes: string): Uint8Array {
  return concat(MAGIC, fromHex(entries + buckets + sizes));
}

function fileOf(index: HashIndex): Uint8Array {
  return concat(...encodeIndex(index));
}

function decode(file: Uint8Array): HashIndex {
  return decodeIndex([file].values());
}

describe("encodeIndex and decodeIndex", () => {
  it("has the layout of the format reference", () => {
    const index = HashIndex.create(2);
    const key = idFrom(1, 0xab);
    index.set(key, 0x01020304, 0x05060708);
    const file = fileOf(index);
    assert.equal(file.length, 18 + 1031 * 40);
    assert.deepEqual(file.subarray(0, 18), header("01000000", "07040000", "2008"));
    assert.equal(toHex(file.subarray(18, 58)), "00".repeat(32) + "ffffffff00000000");
    assert.equal(toHex(file.subarray(58, 98)), toHex(key) + "0403020108070605");
  });

  it("has as many buckets as a table that grew to its size: 775 are too many for the first", () => {
    for (const [count, buckets] of [[0, 1031], [774, 1031], [775, 2053], [1540, 2053], [1541, 4099]] as const) {
      assert.equal(fileOf(fill(count)).length, 18 + 40 * buckets);
      assert.equal(indexFileLength(fill(count)), 18 + 40 * buckets);
    }
  });

  it("puts an entry into the first free bucket from its own, around the end", () => {
    const index = HashIndex.create(2);
    for (const start of [1030, 1030, 1030, 0xffffffff]) index.set(idFrom(start, index.count), 1000 + index.count, 0);
    const file = new DataView(fileOf(index).buffer);
    const at = (bucket: number) => file.getUint32(18 + 40 * bucket + 32, true);
    assert.deepEqual([1030, 0, 1, 0xffffffff % 1031].map(at), [1000, 1001, 1002, 1003]);
  });

  it("is read from parts of any length", () => {
    const file = fileOf(fill(1000, 3));
    for (const length of [1, 7, 18, 44, 10_007]) {
      const parts = Array.from(
        { length: Math.ceil(file.length / length) },
        (_, i) => file.subarray(i * length, (i + 1) * length),
      );
      assert.deepEqual(fileOf(decodeIndex(parts.values())), file);
    }
  });

  it("is written and read in several pieces when it is large", () => {
    const index = HashIndex.create(2);
    const key = new Uint8Array(32);
    const view = new DataView(key.buffer);
    for (let i = 0; i < 120_000; i++) {
      view.setUint32(0, Math.imul(i, 0x9e3779b1), true);
      view.setUint32(28, i);
      index.set(key, i, 1);
    }
    const parts = Array.from(encodeIndex(index), (part) => part.slice());
    assert.deepEqual(parts.map(({ length }) => length), [
      18,
      PIECE_LENGTH,
      PIECE_LENGTH,
      262147 * 40 - 2 * PIECE_LENGTH,
    ]);
    const copy = decodeIndex(parts.values());
    assert.equal(copy.count, 120_000);
    assert.equal(copy.word(copy.find(key), 0), 119_999);
  });

  it("comes back unchanged", () => {
    for (const index of [fill(0), fill(1000), fill(1000, 3)]) {
      assert.deepEqual(fileOf(decode(fileOf(index))), fileOf(index));
    }
  });

  it("is read with any number of buckets, and grows from there", () => {
    const bucket = concat(id(1), fromHex("0500000006000000"));
    const index = decode(concat(header("01000000", "01000000", "2008"), bucket));
    assert.equal(index.word(index.find(id(1)), 1), 6);
    assert.equal(index.find(id(2)), -1);
    index.set(id(2), 7, 8);
    assert.deepEqual([index.count, indexFileLength(index)], [2, 18 + 1031 * 40]);
    assert.equal(index.word(index.find(id(1)), 1), 6);
  });

  it("is read without its deleted buckets", () => {
    const deleted = concat(id(1), fromHex("feffffff00000000"));
    const used = concat(id(2), fromHex("0500000006000000"));
    const file = concat(header("01000000", "03000000", "2008"), deleted, used, deleted);
    const index = decode(file);
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
    for (const file of wrong) assert.throws(() => decode(file), HashIndexError);
  });
});

describe("encodeCompact and decodeCompact", () => {
  it("holds the entries in their order", () => {
    for (const valueWords of [2, 3] as const) {
      const index = fill(100, valueWords);
      const file = encodeCompact(index);
      assert.equal(file.length, 18 + 100 * (32 + 4 * valueWords));
      assert.deepEqual(file.subarray(0, 16), header("64000000", "64000000", ""));
      const expected = entriesOf(index).map((bucket) => {
        const c = valueWords === 3 ? index.word(bucket, 2) : 0;
        return { id: index.idAt(bucket), a: index.word(bucket, 0), b: index.word(bucket, 1), c };
      });
      assert.deepEqual([...decodeCompact(file)], expected);
    }
  });

  it("has one empty bucket when there are no entries", () => {
    const file = encodeCompact(HashIndex.create(3));
    assert.equal(
      toHex(file),
      toHex(header("00000000", "01000000", "200c")) + "00".repeat(32) + "ffffffff" + "00".repeat(8),
    );
    assert.deepEqual([...decodeCompact(file)], []);
  });
});
