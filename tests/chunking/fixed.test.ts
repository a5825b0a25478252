import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FixedChunker, pieceLengths } from "../../src/chunking/fixed.ts";
import { cut, lengths } from "./cut.ts";
import { testStream } from "./stream.ts";

const fixed = (blockSize: number, headerSize = 0): FixedChunker => {
  return new FixedChunker({ algorithm: "fixed", blockSize, headerSize });
};

describe("FixedChunker", () => {
  it("cuts blocks and a short rest", () => {
    assert.deepEqual(lengths(cut(fixed(64), new Uint8Array(0))), []);
    assert.deepEqual(lengths(cut(fixed(64), new Uint8Array(63))), [63]);
    assert.deepEqual(lengths(cut(fixed(64), new Uint8Array(64))), [64]);
    assert.deepEqual(lengths(cut(fixed(64), new Uint8Array(129))), [64, 64, 1]);
  });

  it("cuts the header by itself, in blocks if it is longer than one", () => {
    assert.deepEqual(lengths(cut(fixed(64, 10), new Uint8Array(150))), [10, 64, 64, 12]);
    assert.deepEqual(lengths(cut(fixed(64, 150), new Uint8Array(300))), [64, 64, 22, 64, 64, 22]);
    assert.deepEqual(lengths(cut(fixed(64, 128), new Uint8Array(129))), [64, 64, 1]);
    assert.deepEqual(lengths(cut(fixed(64, 100), new Uint8Array(70))), [64, 6]);
  });

  it("does not depend on how the bytes come, and gives back every byte", () => {
    const stream = testStream(5000);
    for (const pieces of [[1], [64], [63, 65], [5000]]) {
      const chunks = cut(fixed(100, 7), stream, pieces);
      assert.equal(chunks.length, 51);
      assert.deepEqual(new Uint8Array(chunks.flatMap((chunk) => [...chunk])), stream.slice());
    }
  });

  it("starts again after a reset", () => {
    const chunker = fixed(64, 10);
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(lengths(cut(chunker, new Uint8Array(80))), [10, 64, 6]);
      chunker.reset();
    }
  });

  it("always has room to read into", () => {
    const chunker = fixed(0x100000);
    for (let i = 0; i < 50; i++) {
      const space = chunker.space();
      assert.ok(space.length > 0);
      chunker.commit(Math.min(space.length, 700_001));
      while (chunker.next());
    }
  });
});

describe("pieceLengths", () => {
  it("cuts a range in blocks", () => {
    assert.deepEqual([...pieceLengths(0, 64)], []);
    assert.deepEqual([...pieceLengths(64, 64)], [64]);
    assert.deepEqual([...pieceLengths(200, 64)], [64, 64, 64, 8]);
  });
});
