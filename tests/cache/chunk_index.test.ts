import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ChunkIndex } from "../../src/cache/chunk_index.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { HashIndex, HashIndexError, MAX_VALUE } from "../../src/encoding/hash_index.ts";
import { encodeIndex } from "../../src/encoding/hash_index_file.ts";
import { idOf } from "../archive/items.ts";

const contents = (index: ChunkIndex) =>
  Array.from(index.entries(), ([id, use]) => [toHex(id), use.refcount, use.size, use.csize]).sort();

describe("the chunk index", () => {
  it("counts references up and down", () => {
    const index = ChunkIndex.create();
    assert.equal(index.add(idOf(1), 1, 10, 7), true);
    assert.equal(index.add(idOf(1), 2, 10, 7), false);
    assert.deepEqual(index.increment(idOf(1)), { refcount: 4, size: 10, csize: 7 });
    assert.deepEqual(index.release(idOf(1)), { refcount: 3, size: 10, csize: 7 });
    for (let left = 2; left >= 0; left--) assert.equal(index.release(idOf(1)).refcount, left);
    assert.throws(() => index.release(idOf(1)), RangeError);
    assert.equal(index.get(idOf(1)), undefined);
    assert.throws(() => index.increment(idOf(1)), RangeError);
    assert.throws(() => index.release(idOf(1)), RangeError);
  });

  it("never leaves the highest count again", () => {
    const index = ChunkIndex.create();
    index.add(idOf(1), MAX_VALUE - 1, 1, 1);
    assert.equal(index.release(idOf(1)).refcount, MAX_VALUE - 2);
    assert.equal(index.add(idOf(1), 5, 1, 1), false);
    assert.equal(index.increment(idOf(1)).refcount, MAX_VALUE);
    assert.equal(index.release(idOf(1)).refcount, MAX_VALUE);
    index.add(idOf(2), 2 * MAX_VALUE, 1, 1);
    assert.equal(index.get(idOf(2))!.refcount, MAX_VALUE);
  });

  it("replaces a stored length that is not known", () => {
    const index = ChunkIndex.create();
    index.add(idOf(1), 1, 10, 0);
    index.add(idOf(1), 1, 10, 7);
    index.add(idOf(1), 1, 10, 0);
    assert.deepEqual(index.get(idOf(1)), { refcount: 3, size: 10, csize: 7 });
    index.setCsize(idOf(1), 8);
    assert.equal(index.get(idOf(1))!.csize, 8);
  });

  it("takes ids from the middle of other bytes", () => {
    const index = ChunkIndex.create();
    const bytes = new Uint8Array(40);
    bytes.set(idOf(5), 3);
    index.add(bytes, 1, 2, 3, 3);
    index.add(bytes, 1, 2, 3, 3);
    assert.deepEqual(contents(index), [[toHex(idOf(5)), 2, 2, 3]]);
  });

  it("adds up another one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 9 })), { maxLength: 60 }),
        fc.nat(),
        (adds, cut) => {
          const whole = ChunkIndex.create();
          const parts = [ChunkIndex.create(), ChunkIndex.create()];
          for (const [i, [number, refcount]] of adds.entries()) {
            whole.add(idOf(number), refcount, number, number + 1);
            parts[i < cut % 60 ? 0 : 1]!.add(idOf(number), refcount, number, number + 1);
          }
          parts[0]!.merge(parts[1]!);
          assert.deepEqual(contents(parts[0]!), contents(whole));
          assert.deepEqual(contents(ChunkIndex.decode(whole.encode())), contents(whole));
        },
      ),
    );
  });

  it("sums up references and objects, alone and among others", () => {
    const index = ChunkIndex.create();
    index.add(idOf(1), 3, 100, 10);
    index.add(idOf(2), 1, 7, 5);
    const all = ChunkIndex.create();
    all.merge(index);
    all.add(idOf(1), 1, 100, 10);
    assert.deepEqual(index.totals(), {
      totalChunks: 4,
      totalSize: 307,
      totalCsize: 35,
      uniqueChunks: 2,
      uniqueSize: 107,
      uniqueCsize: 15,
    });
    const { uniqueChunks, uniqueCsize } = index.exclusiveTotals(all);
    assert.deepEqual([uniqueChunks, uniqueCsize], [1, 5]);
  });

  it("refuses files that are not chunk indexes", () => {
    assert.throws(() => ChunkIndex.decode(encodeIndex(HashIndex.create(2))), HashIndexError);
    assert.throws(() => ChunkIndex.decode([new Uint8Array(5)].values()), HashIndexError);
  });
});
