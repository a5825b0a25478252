import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat, fromHex, toHex } from "../../src/encoding/bytes.ts";
import { IntegrityError } from "../../src/errors.ts";
import { ivOf, nonceAfter, nonceBlocks, open, overhead, seal } from "../../src/crypto/envelope.ts";
import { MODE_NAMES, vectorMaterial } from "./material.ts";
import { referenceSeal } from "./reference.ts";

const PAYLOAD = concat(new Uint8Array(2), new TextEncoder().encode("hello"));
const IV = 0x0102030405n;
const LENGTHS = [0, 1, 15, 16, 17, 127, 128, 129, 524287, 524288, 524289];

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

function damaged(object: Uint8Array, at: number): Uint8Array {
  const copy = object.slice();
  copy[at]! ^= 1;
  return copy;
}

describe("seal", () => {
  it("gives the test vector of HMAC-SHA256", () => {
    const mac = "708c788a80b0906aa13ab6d196c7672840c993d0722fee87d38054feaa6ff6b7";
    const object = seal(vectorMaterial("repokey"), IV, PAYLOAD);
    assert.equal(toHex(object), `03${mac}0000000102030405427580245da012`);
  });

  it("gives the test vector of BLAKE2b", () => {
    const mac = "fcbaa615add082935911077e46be7c6eb74408bab15bdea4f67f8039a92f0fe4";
    const object = seal(vectorMaterial("repokey-blake2"), IV, PAYLOAD);
    assert.equal(toHex(object), `05${mac}0000000102030405427580245da012`);
  });

  for (const name of MODE_NAMES) {
    it(`agrees with the reference at every length and is undone by open in mode ${name}`, () => {
      const material = vectorMaterial(name);
      for (const length of LENGTHS) {
        const payload = pattern(length);
        const object = seal(material, 0xfffffffffffffffen, payload);
        assert.equal(object.length, overhead(material) + length);
        assert.deepEqual(object, referenceSeal(material, 0xfffffffffffffffen, payload));
        assert.deepEqual(new Uint8Array(open(material, object)), payload);
      }
    });
  }

  it("leaves its input alone", () => {
    const payload = pattern(1000);
    seal(vectorMaterial("repokey"), 1n, payload);
    assert.deepEqual(payload, pattern(1000));
  });
});

describe("open", () => {
  const id = new Uint8Array(32).fill(0xab);
  const named = (word: string) => (error: unknown) =>
    error instanceof IntegrityError && String(error.data[0]).includes(toHex(id)) &&
    String(error.data[0]).includes(word);

  for (const name of MODE_NAMES) {
    it(`refuses another type byte in mode ${name}`, () => {
      const object = seal(vectorMaterial(name), IV, PAYLOAD);
      object[0] = 0x42;
      assert.throws(() => open(vectorMaterial(name), object, id), named("envelope"));
    });
  }

  for (const name of ["repokey", "keyfile-blake2"] as const) {
    it(`refuses every damaged byte after the type in mode ${name}`, () => {
      const object = seal(vectorMaterial(name), IV, PAYLOAD);
      for (let at = 1; at < object.length; at++) {
        assert.throws(() => open(vectorMaterial(name), damaged(object, at), id), named("checksum"));
      }
    });

    it(`refuses every shortened object in mode ${name}`, () => {
      const object = seal(vectorMaterial(name), IV, PAYLOAD);
      for (let length = 0; length < object.length; length++) {
        assert.throws(() => open(vectorMaterial(name), object.subarray(0, length), id), IntegrityError);
      }
    });
  }

  it("refuses an empty object in mode none", () => {
    assert.throws(() => open(vectorMaterial("none"), new Uint8Array(0)), IntegrityError);
  });

  it("reads objects of the passphrase mode with a repokey", () => {
    const material = vectorMaterial("repokey");
    assert.deepEqual(open(material, seal({ ...material, type: 1 }, IV, PAYLOAD)), PAYLOAD);
  });

  it("reads views at odd offsets", () => {
    const material = vectorMaterial("repokey-blake2");
    const object = seal(material, IV, PAYLOAD);
    const shifted = new Uint8Array(object.length + 8);
    shifted.set(object, 3);
    assert.deepEqual(open(material, shifted.subarray(3, 3 + object.length)), PAYLOAD);
  });
});

describe("nonces", () => {
  it("count blocks of 16 bytes", () => {
    assert.deepEqual([0, 1, 16, 17, 32].map(nonceBlocks), [0n, 1n, 1n, 2n, 2n]);
  });

  it("go on after the whole manifest object", () => {
    const material = vectorMaterial("repokey");
    const object = seal(material, IV, PAYLOAD);
    assert.equal(ivOf(object), IV);
    assert.equal(nonceAfter(material, object), IV + 3n);
    assert.equal(nonceAfter(vectorMaterial("none"), fromHex("020000")), 0n);
  });
});
