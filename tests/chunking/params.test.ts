import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEFAULT_CHUNKER_PARAMS } from "../../src/chunking/chunker.ts";
import { createChunker } from "../../src/chunking/create.ts";
import { decodeChunkerParams, encodeChunkerParams, parseChunkerParams } from "../../src/chunking/params.ts";
import { decode, encode } from "../../src/encoding/msgpack.ts";

const LARGEST = 20971479;

describe("parseChunkerParams", () => {
  it("reads what a person may write", () => {
    assert.deepEqual(parseChunkerParams("default"), DEFAULT_CHUNKER_PARAMS);
    assert.deepEqual(parseChunkerParams("buzhash,19,23,21,4095"), DEFAULT_CHUNKER_PARAMS);
    assert.deepEqual(parseChunkerParams("19, 23,21,4095"), DEFAULT_CHUNKER_PARAMS);
    const small = { algorithm: "buzhash", minExp: 10, maxExp: 16, maskBits: 12, window: 511 };
    assert.deepEqual(parseChunkerParams("10,16,12,511"), small);
    assert.deepEqual(parseChunkerParams("fixed,4096"), { algorithm: "fixed", blockSize: 4096, headerSize: 0 });
    assert.deepEqual(parseChunkerParams("fixed,64,512"), { algorithm: "fixed", blockSize: 64, headerSize: 512 });
    assert.equal(parseChunkerParams("10,12,11,3071").algorithm, "buzhash");
    assert.equal(parseChunkerParams(`fixed,${LARGEST},${LARGEST}`).algorithm, "fixed");
  });

  it("refuses all else", () => {
    const outOfBounds = ["5,23,21,4095", "19,24,21,4095", "19,23,18,4095", "19,23,24,4095", "10,12,11,3073"];
    const badWindows = ["19,23,21,4094", "19,23,21,0", "19,23,21,-1", "10,10,10,1"];
    const badCounts = ["", "buzhash", "19,23,21", "buzhash,19,23,21", "19,23,21,4095,1", "fixed", "fixed,4096,0,0"];
    const badBlocks = ["fixed,63", `fixed,${LARGEST + 1}`, `fixed,4096,${LARGEST + 1}`, "fixed,4096,-1", "fixed,4k"];
    const strange = ["foo", "buzhash,default", "rabin,19,23,21,4095", "x,23,21,4095", "19,23,21,4095.0"];
    for (const text of [...outOfBounds, ...badWindows, ...badCounts, ...badBlocks, ...strange]) {
      assert.throws(() => parseChunkerParams(text), RangeError, text);
    }
  });
});

describe("chunker params in archives", () => {
  it("come back as they were", () => {
    for (const text of ["default", "10,16,12,511", "fixed,4096", "fixed,4096,512"]) {
      const params = parseChunkerParams(text);
      assert.deepEqual(decodeChunkerParams(decode(encode(encodeChunkerParams(params)))), params);
    }
    assert.deepEqual(encodeChunkerParams(DEFAULT_CHUNKER_PARAMS), ["buzhash", 19, 23, 21, 4095]);
    assert.deepEqual(encodeChunkerParams(parseChunkerParams("fixed,4096")), ["fixed", 4096, 0]);
  });

  it("were four numbers once, and may have an even window", () => {
    assert.deepEqual(decodeChunkerParams([19, 23, 21, 4095]), DEFAULT_CHUNKER_PARAMS);
    const even = decodeChunkerParams([19, 23, 21, 4094]);
    assert.equal(even.algorithm === "buzhash" && even.window, 4094);
    assert.throws(() => createChunker(even, 0), RangeError);
  });

  it("are refused when they are something else", () => {
    const text = (text: string): Uint8Array => new TextEncoder().encode(text);
    for (const value of [null, 7, [], [19, 23, 21], [19, 23, 21, null], [text("rabin"), 1, 2, 3, 4], [1, 2, 3, 4.5]]) {
      assert.throws(() => decodeChunkerParams(value), RangeError);
    }
  });
});

describe("createChunker", () => {
  it("makes both kinds", () => {
    for (const params of [DEFAULT_CHUNKER_PARAMS, parseChunkerParams("fixed,4096")]) {
      const chunker = createChunker(params, 0);
      chunker.space()[0] = 1;
      chunker.commit(1);
      assert.equal(chunker.next(), undefined);
      chunker.end();
      assert.equal(chunker.next()?.length, 1);
    }
  });
});
