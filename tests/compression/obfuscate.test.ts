import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { maxPadding, obfuscate, OBFUSCATION_OVERHEAD, unwrap } from "../../src/compression/obfuscate.ts";
import { MAX_DATA_SIZE } from "../../src/repository/repository.ts";

const padding = (spec: number, length: number, random: () => number): number => {
  return obfuscate(spec, new Uint8Array(length), random).length - length - OBFUSCATION_OVERHEAD;
};

describe("obfuscate", () => {
  it("pads relative to the length with the specs 1 to 6", () => {
    assert.equal(padding(1, 1000, () => 0.5), 20);
    assert.equal(padding(2, 1000, () => 0.5), 200);
    assert.equal(padding(3, 1000, () => 0.999), 1001);
    assert.equal(padding(1, 1000, () => 0), 100_000);
    assert.equal(padding(1, 99, () => 0.999), 0);
  });

  it("pads up to a fixed length with the specs 110 to 123", () => {
    assert.equal(padding(110, 5, () => 0), 0);
    assert.equal(padding(110, 5, () => 0.5), 512);
    assert.equal(padding(110, 5, () => 0.9999), 1023);
    assert.equal(padding(123, 5, () => 0.5), 4 * 1024 * 1024);
  });

  it("rounds up to Padmé lengths with the spec 250", () => {
    const lengths = [0, 1, 2, 3, 8, 9, 10, 15, 16, 17, 255, 256, 257, 1000, 65537, 1_000_000];
    const padded = lengths.map((length) => length + padding(250, length, () => 0.5));
    assert.deepEqual(padded, [0, 1, 2, 3, 8, 10, 10, 16, 16, 18, 256, 256, 272, 1024, 67584, 1015808]);
  });

  it("leaves room below the longest object", () => {
    for (const length of [0, 1000, MAX_DATA_SIZE - 1024, MAX_DATA_SIZE - 1000]) {
      const most = Math.max(0, MAX_DATA_SIZE - 1024 - length);
      assert.ok(padding(6, length, () => 0) <= most);
      assert.equal(padding(6, length, () => 0), length === 0 ? 0 : most);
    }
  });

  it("pads with zeros, differently each time, never beyond the bound, and comes back", () => {
    const specs = fc.constantFrom(1, 2, 3, 110, 113, 250);
    fc.assert(fc.property(specs, fc.uint8Array({ maxLength: 500 }), (spec, inner) => {
      const payload = obfuscate(spec, inner);
      assert.deepEqual(unwrap(payload).slice(), inner);
      const zeros = payload.subarray(OBFUSCATION_OVERHEAD + inner.length);
      assert.ok(zeros.every((byte) => byte === 0));
      assert.ok(zeros.length <= maxPadding(spec, inner.length));
    }));
    const lengths = Array.from({ length: 20 }, () => obfuscate(113, new Uint8Array(5)).length);
    assert.ok(new Set(lengths).size > 10);
  });
});
