import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { toHex } from "../../src/encoding/bytes.ts";
import { Blake2b, BLAKE2B_LENGTH } from "../../wasm/blake2b.ts";
import { slowBlake2b } from "./slow_blake2b.ts";
import { pattern } from "./pattern.ts";

const PIECE = 0x10000;
const LENGTHS = [0, 1, 8, 127, 128, 129, 255, 256, 257, 383, 384, 385, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 200_001];
const reference = (bytes: Uint8Array): string => toHex(blake2b(bytes, { dkLen: BLAKE2B_LENGTH }));

function key(): Uint8Array {
  const bytes = new Uint8Array(128);
  for (let i = 0; i < 64; i++) bytes[i] = i;
  return bytes;
}

function digestAll(hash: Blake2b, messages: Uint8Array[][]): string[] {
  const results = messages.map(() => new Uint8Array(BLAKE2B_LENGTH));
  hash.digestAll(messages, results);
  return results.map(toHex);
}

describe("Blake2b", () => {
  const hash = new Blake2b();

  it("gives the id of the format's vector", () => {
    const id = hash.digest(key(), new TextEncoder().encode("hello"));
    assert.equal(toHex(id), "1b5ee2b90c55360e726bcb4e8f56144f4e0870c5b8411216e6ce96ba711b4c4b");
  });

  it("agrees with the slow form around the length of a block", () => {
    for (let length = 0; length <= 260; length++) {
      const bytes = pattern(length);
      assert.equal(toHex(hash.digest(undefined, bytes)), toHex(slowBlake2b(bytes)), `length ${length}`);
    }
  });

  it("agrees with noble at the edges of blocks and pieces", () => {
    for (const length of LENGTHS) {
      const bytes = pattern(length);
      assert.equal(toHex(hash.digest(undefined, bytes)), reference(bytes), `length ${length}`);
    }
  });

  it("takes the key as the first block", () => {
    for (const length of [0, 1, 128, 1000]) {
      const bytes = pattern(length);
      assert.equal(toHex(hash.digest(key(), bytes)), reference(new Uint8Array([...key(), ...bytes])));
    }
  });

  it("does not depend on where the parts end", () => {
    const arrays = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(fc.property(arrays, (parts) => {
      const whole = new Uint8Array(parts.flatMap((part) => [...part]));
      assert.equal(toHex(hash.digest(undefined, ...parts)), reference(whole));
    }));
  });

  it("digests two messages of any two lengths side by side", () => {
    const expected = new Map(LENGTHS.map((length) => [length, reference(pattern(length))]));
    for (const first of LENGTHS) {
      for (const second of LENGTHS) {
        const digests = digestAll(hash, [[pattern(first)], [pattern(second)]]);
        assert.deepEqual(digests, [expected.get(first), expected.get(second)], `lengths ${first}, ${second}`);
      }
    }
  });

  it("digests any number of messages", () => {
    const lengths = fc.array(fc.nat(1000), { maxLength: 9 });
    fc.assert(fc.property(lengths, (lengths) => {
      const messages = lengths.map((length) => [key(), pattern(length)]);
      const expected = lengths.map((length) => toHex(hash.digest(key(), pattern(length))));
      assert.deepEqual(digestAll(hash, messages), expected);
    }));
  });

  it("wants a place for every result", () => {
    assert.throws(() => hash.digestAll([[], []], [new Uint8Array(BLAKE2B_LENGTH)]), RangeError);
  });
});
