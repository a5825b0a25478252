import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DECODERS } from "./decoders.ts";
import { assertTaken, fuzz } from "./fuzz.ts";
import { seededDecoders, seedsOf } from "./seeds.ts";

describe("what others wrote is read or refused in words", () => {
  for (const [i, decoder] of DECODERS.entries()) it(decoder.name, () => fuzz(decoder, 1000 + i, 300));
});

describe("what was hard to read before", () => {
  it("is about decoders that there are", () => {
    const names = DECODERS.map(({ name }) => name);
    assert.deepEqual(seededDecoders().filter((name) => !names.includes(name)), []);
  });

  for (const { name, decode } of DECODERS) {
    for (const { bytes, reason } of seedsOf(name)) it(`${name}: ${reason}`, () => assertTaken(name, decode, bytes));
  }
});

describe("the test of decoders", () => {
  it("notices one that believes what it is told of lengths", async () => {
    const believing = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint8(bytes[0]! % 8 + bytes.length - 4);
    const samples = () => Promise.resolve([new Uint8Array(20)]);
    await assert.rejects(fuzz({ name: "believing", samples, decode: believing }, 1, 300), /Counterexample/);
  });
});
