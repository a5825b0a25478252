import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Xxh64 } from "../../wasm/xxh64.ts";
import { pattern } from "./pattern.ts";

const text = (text: string): Uint8Array => new TextEncoder().encode(text);
const hashOf = (...parts: Uint8Array[]): string => {
  const hash = new Xxh64();
  for (const part of parts) hash.update(part);
  return hash.digestHex();
};

describe("Xxh64", () => {
  it("gives the format's vectors", () => {
    assert.equal(hashOf(), "ef46db3751d8e999");
    assert.equal(hashOf(text("abc")), "44bc2cf5ad770999");
    assert.equal(hashOf(text("         7hints.5"), text("abc"), text("         5final3")), "94a91326dd63f39d");
  });

  it("goes on after a digest", () => {
    const index = new Uint8Array(58);
    index.set(text("BORG_IDX"));
    index.set([0, 0, 0, 0, 1, 0, 0, 0, 32, 8], 8);
    index.fill(0xff, 50, 54);
    const hash = new Xxh64().update(text("         7index.5")).update(index.subarray(0, 18));
    hash.update(text("        10HashHeader18"));
    assert.equal(hash.digestHex(), "b47f6b247fdd2326");
    hash.update(index.subarray(18)).update(text("         5final58"));
    assert.equal(hash.digestHex(), "e2e6540883ea03fc");
  });

  it("does not depend on where the pieces end", () => {
    const bytes = pattern(150_000);
    for (const length of [0, 1, 3, 4, 7, 8, 31, 32, 33, 63, 64, 65, 65535, 65536, 65537, 150_000]) {
      const input = bytes.subarray(0, length);
      const whole = hashOf(input);
      for (const cut of [0, 1, 5, 31, 32, 33, length]) {
        assert.equal(hashOf(input.subarray(0, cut), input.subarray(cut)), whole, `${length} cut at ${cut}`);
      }
    }
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 80 })), (parts) => {
      assert.equal(hashOf(...parts), hashOf(new Uint8Array(parts.flatMap((part) => [...part]))));
    }));
  });

  it("keeps several hashes apart", () => {
    const a = new Xxh64().update(text("a"));
    const b = new Xxh64().update(text("b"));
    a.update(text("bc"));
    assert.equal(a.digestHex(), "44bc2cf5ad770999");
    assert.equal(b.digestHex(), hashOf(text("b")));
  });
});
