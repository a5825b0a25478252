import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { BuzhashChunker, type BuzhashParams, minimumForCut } from "../../src/chunking/buzhash.ts";
import { buzhashTables } from "../../src/chunking/buzhash_table.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { createKernels } from "../../wasm/kernels.ts";
import { BUZHASH_IN, BUZHASH_STATE, HEAP } from "../../wasm/layout.ts";
import { cut, lengths } from "./cut.ts";
import { slowBuzhash, slowCut } from "./slow_chunks.ts";
import { testStream } from "./stream.ts";

const buzhash = (minExp: number, maxExp: number, maskBits: number, window: number): BuzhashParams => {
  return { algorithm: "buzhash", minExp, maxExp, maskBits, window };
};

const SMALL = buzhash(10, 14, 12, 4095);
const TINY = buzhash(6, 9, 7, 63);

function fastBuzhash(bytes: Uint8Array, seed: number): number {
  const kernels = createKernels();
  kernels.words.set(buzhashTables(seed, 1).entering, BUZHASH_IN / 4);
  kernels.bytes.set(bytes, HEAP);
  kernels.run.buzhashStart(HEAP, bytes.length);
  return kernels.words[BUZHASH_STATE / 4]! >>> 0;
}

describe("the buzhash", () => {
  it("has the table of the format", () => {
    const table = new DataView(new ArrayBuffer(1024));
    buzhashTables(0, 1).entering.forEach((word, i) => table.setUint32(4 * i, word));
    const digest = createHash("sha256").update(new Uint8Array(table.buffer)).digest();
    assert.equal(toHex(digest), "7e90c40933833b90cab41186562ab091cf4167c0a86ecd58660d994403517b9b");
  });

  it("gives the format's vectors", () => {
    const letters = new TextEncoder().encode("abcdefghijklmnop");
    for (const hash of [slowBuzhash, fastBuzhash]) {
      assert.equal(hash(new Uint8Array(0), 0), 0);
      assert.equal(hash(letters.subarray(0, 1), 0), 0xac5db249);
      assert.equal(hash(letters, 0), 0xe239c8c9);
      assert.equal(hash(letters, 1), 0xe2393736);
      assert.equal(hash(new Uint8Array(4095), 0), 0x73fc18f6);
      assert.equal(hash(testStream(4095), 0), 0x8301b29c);
    }
  });
});

describe("BuzhashChunker", () => {
  it("cuts the long vector with the usual parameters", () => {
    const stream = testStream(20_000_000);
    const expected = [2343607, 660330, 2653535, 6311529, 1605945, 680698, 1947522, 3049598, 747236];
    const usual = buzhash(19, 23, 21, 4095);
    assert.deepEqual(lengths(cut(new BuzhashChunker(usual, 0), stream)), expected);
    assert.deepEqual(lengths(cut(new BuzhashChunker(usual, 1), stream)), expected);
    assert.deepEqual(
      lengths(cut(new BuzhashChunker(usual, -123456789), stream)),
      [2650453, 1603034, 1826812, 3689376, 3826362, 1326299, 5077664],
    );
  });

  it("cuts the vector of the item stream", () => {
    const chunker = new BuzhashChunker(buzhash(15, 19, 17, 4095), 0);
    const expected = [86174, 95214, 429556, 74178, 109958, 56330, 137094, 11496];
    assert.deepEqual(lengths(cut(chunker, testStream(1_000_000))), expected);
  });

  it("cuts the vectors of small chunks", () => {
    const stream = testStream(200_000);
    const unseeded = lengths(cut(new BuzhashChunker(SMALL, 0), stream));
    assert.equal(unseeded.length, 48);
    assert.deepEqual(unseeded.slice(0, 8), [4063, 9813, 1656, 1292, 4154, 16384, 3209, 5082]);
    assert.deepEqual(unseeded.slice(-3), [2693, 5086, 6960]);
    const seeded = lengths(cut(new BuzhashChunker(SMALL, -123456789), stream));
    assert.equal(seeded.length, 38);
    assert.deepEqual(seeded.slice(0, 6), [3842, 4017, 2826, 7285, 7841, 1519]);
    assert.deepEqual(seeded.slice(-3), [9331, 10482, 4468]);
  });

  it("does not depend on how the bytes come", () => {
    const stream = testStream(60_000);
    const chunker = new BuzhashChunker(TINY, 7);
    const whole = lengths(cut(chunker, stream));
    for (const pieces of [[1], [63], [64, 1], [511, 512, 513], [60_000]]) {
      chunker.reset();
      assert.deepEqual(lengths(cut(chunker, stream, pieces)), whole, `pieces of ${pieces}`);
    }
  });

  it("gives back every byte", () => {
    const stream = testStream(30_000);
    const chunks = cut(new BuzhashChunker(TINY, 3), stream, [777]);
    assert.deepEqual(new Uint8Array(chunks.flatMap((chunk) => [...chunk])), stream.slice());
  });

  it("cuts inputs of every length around the limits by the rule", () => {
    const chunker = new BuzhashChunker(TINY, 0);
    const edges = [0, minimumForCut(TINY), 2 ** TINY.maxExp, 2 ** TINY.maxExp + minimumForCut(TINY)];
    for (const edge of edges) {
      for (let length = Math.max(0, edge - 3); length <= edge + 3; length++) {
        for (const bytes of [testStream(length), new Uint8Array(length)]) {
          chunker.reset();
          assert.deepEqual(lengths(cut(chunker, bytes, [100])), slowCut(bytes, TINY, 0), `length ${length}`);
        }
      }
    }
  });

  it("cuts at the minimum while every position is a hit", () => {
    const seed = hashlessSeed();
    const chunker = new BuzhashChunker(TINY, seed);
    for (let length = 0; length <= 300; length++) {
      chunker.reset();
      const bytes = new Uint8Array(length);
      const found = lengths(cut(chunker, bytes, [17]));
      assert.deepEqual(found, slowCut(bytes, TINY, seed), `length ${length}`);
      assert.ok(found.slice(0, -1).every((chunk) => chunk === 64));
    }
  });

  it("agrees with the slow form for any parameters, input and pieces", () => {
    const parameters = fc.tuple(fc.integer({ min: 6, max: 8 }), fc.nat(3), fc.integer({ min: 0, max: 31 }))
      .map(([min, wider, half]) => buzhash(min, min + 2, min + Math.min(wider, 2), 2 * half + 1));
    const input = fc.array(fc.oneof(fc.nat(255), fc.constant(0)), { maxLength: 3000 });
    const pieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(parameters, fc.integer(), input, pieces, (params, seed, values, pieces) => {
        const bytes = Uint8Array.from(values);
        const chunks = cut(new BuzhashChunker(params, seed), bytes, pieces);
        assert.deepEqual(lengths(chunks), slowCut(bytes, params, seed));
      }),
      { numRuns: 60 },
    );
  });

  it("refuses more than there is room for", () => {
    const chunker = new BuzhashChunker(TINY, 0);
    assert.throws(() => chunker.commit(chunker.space().length + 1), RangeError);
  });
});

/** With the seed that turns the word of byte 0 into 0, every window of zeros has the hash 0. */
function hashlessSeed(): number {
  return buzhashTables(0, 1).entering[0]! | 0;
}
