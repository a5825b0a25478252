import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Blake2b, BLAKE2B_LENGTH } from "../../wasm/blake2b.ts";
import { createPlainKernels } from "../../wasm/kernels.ts";
import { lz4Compress, lz4Decompress } from "../../wasm/lz4.ts";
import { isZero } from "../../wasm/zeros.ts";
import { pattern } from "./pattern.ts";

const LENGTHS = [0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1000, 65536, 65537, 300_000];

describe("the kernels without vectors", () => {
  const plain = createPlainKernels();

  it("hash as those with vectors do, one message and many", () => {
    const messages = LENGTHS.map((length) => [pattern(length, length + 1)]);
    const results = messages.map(() => new Uint8Array(BLAKE2B_LENGTH));
    new Blake2b(plain).digestAll(messages, results);
    const expected = messages.map(([message]) => new Blake2b().digest(undefined, message!));
    assert.deepEqual(results, expected);
    assert.deepEqual(messages.map(([message]) => new Blake2b(plain).digest(undefined, message!)), expected);
  });

  it("compress to the same bytes, and back", () => {
    for (const length of LENGTHS) {
      const text = pattern(length).map((byte, index) => index % 40 < 30 ? index % 7 : byte);
      const block = lz4Compress(text).slice();
      assert.deepEqual(lz4Compress(text, plain).slice(), block, `${length} bytes`);
      assert.deepEqual(lz4Decompress(block, length, plain)?.slice(), text, `${length} bytes`);
    }
  });

  it("find a single byte wherever it is", () => {
    for (const length of LENGTHS) {
      const bytes = new Uint8Array(length);
      assert.ok(isZero(bytes, plain));
      for (let at = 0; at < Math.min(length, 130); at++) {
        bytes[at] = 1;
        assert.ok(!isZero(bytes, plain), `byte ${at} of ${length}`);
        bytes[at] = 0;
      }
    }
  });
});
