import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { inflateRawSync } from "node:zlib";
import { libdeflate } from "../../src/platform/deflate.ts";

const TEXT = new TextEncoder().encode("once upon a time there was a stream of bytes; ".repeat(5000));

describe("libdeflate", () => {
  it("is there in Bun", () => assert.equal(libdeflate !== undefined, process.versions["bun"] !== undefined));

  it("gives raw streams, of shared memory too", () => {
    if (!libdeflate) return;
    const shared = new Uint8Array(new SharedArrayBuffer(TEXT.length + 9), 9);
    shared.set(TEXT);
    for (let level = 0; level <= 9; level++) {
      const stream: Uint8Array = libdeflate(TEXT, level);
      assert.deepEqual(new Uint8Array(inflateRawSync(stream)), TEXT, `level ${level}`);
      assert.deepEqual(libdeflate(shared, level), stream, `level ${level}`);
    }
  });
});
