import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/encoding/bytes.ts";
import { createKernels } from "../../wasm/kernels.ts";
import { HEAP } from "../../wasm/layout.ts";
import { lz4Bound, lz4Compress, lz4Decompress } from "../../wasm/lz4.ts";
import { pattern } from "./pattern.ts";
import { slowLz4Decompress } from "./slow_lz4.ts";

const LIMIT = 0x1000000;

/** Blocks written by liblz4. */
const BLOCKS = [
  { block: "00", data: "" },
  { block: "1061", data: "a" },
  { block: "3f61626303005d506263616263", data: "abc".repeat(40) },
  { block: "1f6101004b506161616161", data: "a".repeat(100) },
];

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Repetitive enough to hold matches of all lengths and distances. */
function compressible(length: number): Uint8Array {
  const bytes = pattern(length);
  for (let i = 40; i < length; i++) {
    const distance = 1 + (bytes[i - i % 40]! * 7) % Math.min(i, 300);
    if (i % 40 > 3) bytes[i] = bytes[i - distance]!;
  }
  return bytes;
}

function damage(block: Uint8Array, at: number, value: number, end: number): Uint8Array {
  const damaged = block.slice(0, block.length - end % (block.length + 1));
  if (damaged.length > 0) damaged[at % damaged.length] = value;
  return damaged;
}

describe("lz4Decompress", () => {
  it("reads what liblz4 writes", () => {
    for (const { block, data } of BLOCKS) {
      assert.equal(text(lz4Decompress(fromHex(block), LIMIT)!), data);
      assert.equal(text(slowLz4Decompress(fromHex(block))!), data);
    }
  });

  it("agrees with the slow form on damaged blocks", () => {
    const [small, kernels] = [fc.nat(255), createKernels()];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.nat(), small, fc.nat(3), (length, at, value, end) => {
        const block = damage(lz4Compress(compressible(length), kernels).slice(), at, value, end);
        assert.deepEqual(lz4Decompress(block, LIMIT, kernels)?.slice(), slowLz4Decompress(block));
      }),
      { numRuns: 2000 },
    );
  });

  it("agrees with the slow form on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (block) => {
        assert.deepEqual(lz4Decompress(block, LIMIT)?.slice(), slowLz4Decompress(block));
      }),
      { numRuns: 2000 },
    );
  });

  it("writes nothing beyond its room and the 15 bytes after it", () => {
    const kernels = createKernels();
    const block = lz4Compress(compressible(3000)).slice();
    const target = HEAP + 8000;
    for (const capacity of [0, 1, 15, 16, 17, 100, 1000, 2999, 3000, 3001]) {
      kernels.bytes.set(block, HEAP);
      kernels.bytes.fill(0xee, target);
      const length = kernels.run.lz4Decompress(HEAP, block.length, target, capacity);
      assert.equal(length, capacity < 3000 ? -2 : 3000);
      const beyond = kernels.bytes.subarray(target + capacity + 15, target + 10_000);
      assert.ok(beyond.every((byte) => byte === 0xee), `capacity ${capacity}`);
    }
  });

  it("refuses lengths that do not fit in 32 bits", () => {
    const block = new Uint8Array(17_000_000).fill(255);
    block[0] = 0xf0;
    assert.equal(lz4Decompress(block, LIMIT, createKernels()), undefined);
  });

  it("stops at the limit", () => {
    const block = lz4Compress(new Uint8Array(100_000)).slice();
    assert.equal(lz4Decompress(block, 99_999), undefined);
    assert.equal(lz4Decompress(block, 100_000)?.length, 100_000);
  });
});

describe("lz4Compress", () => {
  it("gives blocks that both readers understand, for every short length", () => {
    for (let length = 0; length <= 300; length++) {
      for (const data of [pattern(length), compressible(length), new Uint8Array(length)]) {
        const block = lz4Compress(data).slice();
        assert.ok(block.length <= lz4Bound(length));
        assert.equal(toHex(slowLz4Decompress(block)!), toHex(data), `length ${length}`);
        assert.equal(toHex(lz4Decompress(block, LIMIT)!), toHex(data), `length ${length}`);
      }
    }
  });

  it("comes back for any repetitive input", () => {
    const piece = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const data = new Uint8Array(pieces.flatMap(([bytes, times]) => Array(times).fill([...bytes]).flat()));
      const block = lz4Compress(data).slice();
      assert.deepEqual(lz4Decompress(block, LIMIT)?.slice(), data);
    }));
  });

  it("comes back for matches at the longest distance", () => {
    for (const distance of [65534, 65535, 65536, 65537]) {
      const data = new Uint8Array(distance + 200);
      data.set(pattern(200));
      data.copyWithin(distance, 0, 200);
      const block = lz4Compress(data).slice();
      assert.deepEqual(lz4Decompress(block, LIMIT)?.slice(), data);
      assert.equal(block.length < 257 + 300, distance <= 65535, `distance ${distance}: ${block.length} bytes`);
    }
  });

  it("keeps to the rules for the end of a block", () => {
    for (let length = 13; length < 80; length++) {
      const block = lz4Compress(new Uint8Array(length));
      assert.ok(block.at(-6) === 0x50 && block.subarray(-5).every((byte) => byte === 0), `length ${length}`);
    }
    assert.equal(lz4Compress(new Uint8Array(12)).length, 13);
  });
});
