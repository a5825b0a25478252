import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat, fromHex, toHex } from "../../src/encoding/bytes.ts";
import { decode, type Encodable, encode, sortedMap } from "../../src/encoding/msgpack.ts";
import {
  decodeKeyBlob,
  deriveKey,
  encodeKeyBlob,
  formatKeyBlob,
  KeyBlobError,
  parseKeyBlob,
} from "../../src/crypto/key_blob.ts";
import { modeNamed } from "../../src/crypto/modes.ts";
import { createSecrets, splitSeed } from "../../src/crypto/secrets.ts";
import { range } from "./fixtures.ts";

const ID = new Uint8Array(32).fill(9);
const FEW = 3;

describe("deriveKey", () => {
  it("gives the test vector", () => {
    const kek = deriveKey("test", new Uint8Array(32), 100000, 32);
    assert.equal(toHex(kek), "2ff3654c6daf7381dbbe718d2b20b4f1ea1e34caa6cc65f6bb3ac376b93fed2a");
  });

  it("does not normalise", () => {
    const keys = ["\u00e9", "e\u0301"].map((text) => toHex(deriveKey(text, ID, FEW, 32)));
    assert.notEqual(keys[0], keys[1]);
  });
});

describe("secrets", () => {
  it("are cut from 100 bytes", () => {
    const secrets = splitSeed(concat(range(0, 95), fromHex("fffffffe")), ID);
    assert.deepEqual(secrets.encKey, range(0, 31));
    assert.deepEqual(secrets.macKey, range(32, 63));
    assert.deepEqual(secrets.idKey, range(64, 95));
    assert.equal(secrets.chunkSeed, -2);
  });

  it("have two padded keys in the BLAKE2b modes", () => {
    for (const name of ["repokey-blake2", "keyfile-blake2", "authenticated-blake2"] as const) {
      const { macKey, idKey, encKey } = createSecrets(modeNamed(name), ID);
      assert.deepEqual([macKey.length, idKey.length, encKey.length], [128, 128, 32]);
      assert.ok(macKey.subarray(64).every((byte) => byte === 0));
      assert.ok(idKey.subarray(64).every((byte) => byte === 0));
      assert.notDeepEqual(macKey, idKey);
    }
  });
});

describe("key blob", () => {
  for (const name of ["repokey", "authenticated-blake2"] as const) {
    it(`gives back the secrets of mode ${name}`, () => {
      const secrets = createSecrets(modeNamed(name), ID);
      const blob = encodeKeyBlob(secrets, "päss", FEW);
      assert.deepEqual(decodeKeyBlob(blob, "päss"), secrets);
      assert.equal(decodeKeyBlob(blob, "pass"), undefined);
    });
  }

  it("is a stable map with 100000 iterations", () => {
    const outer = decode(encodeKeyBlob(createSecrets(modeNamed("repokey"), ID), "")) as Map<string, unknown>;
    assert.deepEqual([...outer.keys()], ["algorithm", "data", "hash", "iterations", "salt", "version"]);
    assert.equal(outer.get("iterations"), 100000);
  });

  it("remembers that it does not say whether metadata is authenticated", () => {
    const { tamRequired: _, ...secrets } = createSecrets(modeNamed("repokey"), ID);
    assert.equal(decodeKeyBlob(encodeKeyBlob(secrets, "", FEW), "")?.tamRequired, undefined);
  });

  it("refuses damaged ones", () => {
    const good = decode(encodeKeyBlob(createSecrets(modeNamed("repokey"), ID), "", FEW)) as Map<string, Encodable>;
    const changed = (name: string, value: Encodable) => encode(sortedMap(new Map([...good, [name, value]])));
    const blobs = [
      changed("version", 2),
      changed("algorithm", "md5"),
      changed("iterations", 0),
      changed("iterations", 2 ** 40),
      changed("hash", new Uint8Array(31)),
      changed("salt", null),
      changed("data", 1),
      encode([1]),
      Uint8Array.of(0xc1),
      encode(good).subarray(0, 50),
    ];
    for (const blob of blobs) assert.throws(() => decodeKeyBlob(blob, ""), KeyBlobError);
  });
});

describe("key blob text", () => {
  it("has lines of 70 characters", () => {
    const blob = new Uint8Array(200).fill(3);
    const lines = formatKeyBlob(blob).split("\n");
    assert.deepEqual(lines.map((line) => line.length), [70, 70, 70, 58]);
    assert.deepEqual(parseKeyBlob(` ${lines.join("\r\n\t")}\n`), blob);
  });

  it("refuses what is not base64 of 20 bytes", () => {
    for (const text of ["", "AAAA", "A".repeat(29), "A".repeat(40) + "!", "=AAA".repeat(10)]) {
      assert.throws(() => parseKeyBlob(text), KeyBlobError);
    }
  });
});
