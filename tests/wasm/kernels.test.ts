import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Blake2b } from "../../wasm/blake2b.ts";
import { createKernels, sharedKernels } from "../../wasm/kernels.ts";
import { lz4Compress, lz4Decompress } from "../../wasm/lz4.ts";
import { Xxh64 } from "../../wasm/xxh64.ts";
import { isZero } from "../../wasm/zeros.ts";
import { pattern } from "./pattern.ts";

const MIB = 0x100000;

describe("the memory of an instance", () => {
  it("does not grow for hashes, however much they are given", () => {
    const kernels = createKernels();
    const before = kernels.bytes.length;
    const data = pattern(8 * MIB);
    const hash = new Blake2b(kernels);
    const sum = new Xxh64(kernels);
    for (let i = 0; i < 8; i++) {
      hash.digest(undefined, data);
      hash.digestAll([[data], [data]], [new Uint8Array(32), new Uint8Array(32)]);
      sum.update(data);
    }
    isZero(new Uint8Array(8 * MIB), kernels);
    assert.equal(kernels.bytes.length, before);
  });

  it("does not grow for many small inputs", () => {
    const kernels = createKernels();
    const before = kernels.bytes.length;
    for (let i = 0; i < 3000; i++) {
      const data = pattern(i);
      const block = lz4Compress(data, kernels).slice();
      assert.equal(lz4Decompress(block, MIB, kernels)?.length, i);
    }
    assert.equal(kernels.bytes.length, before);
  });

  it("grows with the largest input, not with the number of inputs", () => {
    const kernels = createKernels();
    const data = pattern(8 * MIB);
    const once = lz4Compress(data, kernels).slice();
    assert.equal(lz4Decompress(once, 128 * MIB, kernels)?.length, data.length);
    const after = kernels.bytes.length;
    assert.ok(after < 40 * MIB, `${after} bytes`);
    for (let i = 0; i < 5; i++) lz4Decompress(lz4Compress(data, kernels).slice(), 128 * MIB, kernels);
    assert.equal(kernels.bytes.length, after);
  });

  it("is not what a huge result is put in", () => {
    const block = lz4Compress(new Uint8Array(100 * MIB), createKernels()).slice();
    const kernels = createKernels();
    assert.equal(lz4Decompress(block, 128 * MIB, kernels)?.length, 100 * MIB);
    assert.equal(lz4Decompress(block, 99 * MIB, kernels), undefined);
    assert.ok(kernels.bytes.length < 70 * MIB);
  });
});

describe("sharedKernels", () => {
  it("is one instance, apart from those that are made", () => {
    assert.equal(sharedKernels(), sharedKernels());
    assert.notEqual(createKernels(), sharedKernels());
  });
});
