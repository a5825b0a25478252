import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DecompressionError } from "../../../src/compression/errors.ts";
import { bzip2 } from "../../../src/compression/streams/bzip2.ts";
import { sortRotations } from "../../../src/compression/streams/bzip2/rotations.ts";
import { concat } from "../../../src/encoding/bytes.ts";

async function compressed(...pieces: Uint8Array[]): Promise<Uint8Array> {
  const out: Uint8Array[] = [];
  const compressor = bzip2.compressor((bytes) => void out.push(bytes));
  for (const piece of pieces) await compressor.write(piece);
  await compressor.end();
  return concat(...out);
}

async function decompressed(data: Uint8Array): Promise<Uint8Array> {
  const pieces = async function* () {
    for (let at = 0; at < data.length; at += 4099) yield await Promise.resolve(data.subarray(at, at + 4099));
  };
  const out: Uint8Array[] = [];
  for await (const bytes of bzip2.decompress(pieces())) out.push(Uint8Array.from(bytes));
  return concat(...out);
}

/** The same by comparing all rotations with each other. */
function slowlySorted(block: Uint8Array): string[] {
  const text = Buffer.from(block).toString("latin1");
  return Array.from(text, (_, i) => text.slice(i) + text.slice(0, i)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What the program bzip2 1.0.8 makes of "hello hello hello\n". */
const HELLO = Buffer.from(
  "425a6839314159265359e5b5f3090000045100001040000244a00021b5180c029069c2a30bb9229c284872daf98480",
  "hex",
);

/**
 * The same with so many bytes full of selectors, all for the first table, before its only one, which is such. Their count
 * stands from bit 204 to 219. The program refuses none of it; it makes 18 002 at the most.
 */
function helloSelected(bytes: number): Uint8Array {
  const bits = Array.from(HELLO, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const count = (8 * bytes + 1).toString(2).padStart(15, "0");
  const changed = bits.slice(0, 204) + count + "0".repeat(8 * bytes) + bits.slice(219);
  return Uint8Array.from(changed.match(/.{8}/g)!, (byte) => parseInt(byte, 2));
}

describe("bzip2", () => {
  it("sorts rotations, equal ones too", () => {
    const blocks = fc.oneof(
      fc.uint8Array({ min: 0, max: 2, minLength: 1, maxLength: 40 }),
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.tuple(fc.uint8Array({ max: 1, minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 6 })).map((
        [part, times],
      ) => concat(...Array.from({ length: times }, () => part))),
    );
    fc.assert(fc.property(blocks, (block) => {
      const rotations = slowlySorted(block);
      const { last, origin } = sortRotations(block);
      assert.equal(Buffer.from(last).toString("latin1"), rotations.map((rotation) => rotation.at(-1)).join(""));
      assert.equal(rotations[origin], Buffer.from(block).toString("latin1"));
    }));
  });

  it("brings back runs of every length", async () => {
    const runs = Array.from({ length: 600 }, (_, i) => new Uint8Array(i).fill(i % 3));
    assert.deepEqual(await decompressed(await compressed(...runs)), concat(...runs));
  });

  it("brings back blocks that are full to the last byte", async () => {
    for (const extra of [-30, -24, -23, -19, 0, 1]) {
      const data = Uint8Array.from({ length: 900_000 + extra }, (_, i) => (i % 251) ^ (i >> 12));
      assert.deepEqual(await decompressed(await compressed(data)), data, String(extra));
    }
  });

  it("takes little room for what repeats itself", async () => {
    assert.ok((await compressed(new Uint8Array(5_000_000))).length < 60);
  });

  it("reads what the program writes", async () => {
    assert.equal(Buffer.from(await decompressed(HELLO)).toString(), "hello hello hello\n");
  });

  it("reads what names the table of more groups than there are", async () => {
    for (const bytes of [1, 2250, 2251, 4095]) {
      const data = await decompressed(helloSelected(bytes));
      assert.equal(Buffer.from(data).toString(), "hello hello hello\n", `${bytes} bytes`);
    }
  });

  it("gives nothing else when a byte is changed; some bytes are of tables that are not used", async () => {
    let found = 0;
    for (let i = 0; i < HELLO.length; i++) {
      const damaged = Uint8Array.from(HELLO);
      damaged[i]! ^= 0x10;
      try {
        assert.equal(Buffer.from(await decompressed(damaged)).toString(), "hello hello hello\n", `byte ${i}`);
      } catch (error) {
        assert.ok(error instanceof DecompressionError, `byte ${i}: ${error}`);
        found++;
      }
    }
    assert.ok(found > HELLO.length - 5, String(found));
  });

  it("finds each end that is missing", async () => {
    for (let length = 0; length < HELLO.length; length++) {
      await assert.rejects(decompressed(HELLO.subarray(0, length)), { code: "DecompressionError" }, `${length} bytes`);
    }
  });
});
