import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { fromHex, toHex } from "../../src/encoding/bytes.ts";
import { decode, type Encodable, encode, sortedMap } from "../../src/encoding/msgpack.ts";
import {
  ArchiveTAMInvalid,
  ArchiveTAMRequiredError,
  signMetadata,
  TAMInvalid,
  tamKey,
  TAMRequiredError,
  tamSalt,
  TAMUnsupportedSuiteError,
  verifyArchive,
  verifyManifest,
} from "../../src/crypto/tam.ts";
import { MODE_NAMES, vectorMaterial } from "./material.ts";

const SALT = new Uint8Array(64).fill(0xaa);
const MATERIAL = vectorMaterial("repokey");
const MANIFEST: [string, Encodable][] = [
  ["version", 1],
  ["archives", new Map()],
  ["config", new Map()],
  ["item_keys", []],
  ["timestamp", "2024-01-01T00:00:00.000000"],
];
const HMAC = "f19fdd5e6a2dd3e17b56c798c6f78d7281c09be13f3741e616dc585bb1f0f124" +
  "6793df8478ff01e22e5b6e9c2223185fa77bc321496354e440b44fb66bb9aeba";
const ARCHIVE: [string, Encodable][] = [["version", 1], ["name", "mine"], ["comment", "\0".repeat(100)]];

function withTam(entries: [string, Encodable][], tam: Encodable): Uint8Array {
  return encode(sortedMap([...entries, ["tam", tam]]));
}

function flipped(packed: Uint8Array, at: number): Uint8Array {
  const copy = packed.slice();
  copy[at]! ^= 1;
  return copy;
}

describe("tamKey", () => {
  it("gives the test vectors", () => {
    assert.equal(
      toHex(tamKey(MATERIAL, "manifest", SALT)),
      "de70d2a09121ed860f52e73c67f4ece7dc5aade8f4fa620e984bbcc0aa1f718a" +
        "c64a43c0d70409d37ad63296872a426cfa3a16709f686296bac8671a6823f5ef",
    );
    assert.equal(
      toHex(tamKey(MATERIAL, "archive", SALT)),
      "f8cc816346d99ffa5be15b536454d1cfaa0563c575ce75c450248ae88b3b1ee7" +
        "2a4f91bccdbbd68f3f3b2ffddc89855269d86d64c6ed984030d08e6a1eac56e2",
    );
  });

  it("is salt and context without a key", () => {
    const key = tamKey(vectorMaterial("none"), "archive", Uint8Array.of(1, 2));
    assert.equal(toHex(key), `0102${toHex(new TextEncoder().encode("archive"))}`);
  });
});

describe("signMetadata", () => {
  it("gives the test vector", () => {
    const packed = signMetadata(MATERIAL, "manifest", MANIFEST, SALT);
    assert.equal(packed.length, 247);
    const at = packed.findIndex((_, i) => toHex(packed.subarray(i, i + 64)) === HMAC);
    assert.ok(at > 0);
    packed.fill(0, at, at + 64);
    const digest = createHash("sha256").update(packed).digest("hex");
    assert.equal(digest, "6b81f31d26fd3e32c17dea4b37084125fc6bce7465159aab0c55e58071321603");
  });

  it("replaces an older tam and takes a fresh salt each time", () => {
    const twice = [0, 1].map(() => signMetadata(MATERIAL, "manifest", [["tam", 1], ...MANIFEST]));
    assert.notDeepEqual(twice[0], twice[1]);
    for (const packed of twice) assert.equal(verifyManifest(MATERIAL, packed, true), "verified");
  });

  it("is not misled by zeros elsewhere in the metadata", () => {
    const packed = signMetadata(MATERIAL, "archive", ARCHIVE);
    assert.equal(verifyArchive(MATERIAL, packed, { required: true }), "verified");
    assert.equal(toHex((decode(packed) as Map<string, Uint8Array>).get("comment")!), "00".repeat(100));
  });

  for (const name of MODE_NAMES) {
    it(`is verified by the same key and context only, in mode ${name}`, () => {
      const material = vectorMaterial(name);
      const packed = signMetadata(material, "manifest", MANIFEST);
      assert.equal(verifyManifest(material, packed, true), "verified");
      assert.throws(() => verifyArchive(material, packed), ArchiveTAMInvalid);
      const other = name === "none" ? MATERIAL : { ...material, encKey: new Uint8Array(32) };
      assert.throws(() => verifyManifest(other, packed, false), TAMInvalid);
    });
  }
});

describe("verifyManifest", () => {
  const signed = signMetadata(MATERIAL, "manifest", MANIFEST, SALT);

  it("refuses every changed byte", () => {
    for (let at = 0; at < signed.length; at++) {
      assert.throws(() => verifyManifest(MATERIAL, flipped(signed, at), true));
    }
  });

  it("wants a tam only when it is required", () => {
    const bare = encode(sortedMap(MANIFEST));
    assert.equal(verifyManifest(MATERIAL, bare, false), "none");
    assert.throws(() => verifyManifest(MATERIAL, bare, true), TAMRequiredError);
  });

  it("refuses an unknown suite only when a tam is required", () => {
    const packed = withTam(MANIFEST, new Map<string, Encodable>([["type", "ROT13"]]));
    assert.equal(verifyManifest(MATERIAL, packed, false), "none");
    assert.throws(
      () => verifyManifest(MATERIAL, packed, true),
      (error) => error instanceof TAMUnsupportedSuiteError && error.data[0] === "ROT13",
    );
  });

  it("refuses malformed ones always", () => {
    const type = "HKDF_HMAC_SHA512";
    const tams: Encodable[] = [
      null,
      7,
      new Map<string, Encodable>([["type", type]]),
      new Map<string, Encodable>([["type", type], ["hmac", 1], ["salt", SALT]]),
      new Map<string, Encodable>([["type", type], ["hmac", SALT], ["salt", 1]]),
      new Map<string, Encodable>([["type", type], ["hmac", new Uint8Array(0)], ["salt", SALT]]),
    ];
    for (const tam of tams) {
      assert.throws(() => verifyManifest(MATERIAL, withTam(MANIFEST, tam), false), TAMInvalid);
    }
    assert.throws(() => verifyManifest(MATERIAL, fromHex("c1"), false), TAMInvalid);
  });

  it("checks nothing with a dummy key", () => {
    assert.equal(verifyManifest({ ...MATERIAL, unchecked: true }, flipped(signed, 30), true), "none");
  });
});

describe("verifyArchive", () => {
  const wrong = signMetadata(vectorMaterial("keyfile-blake2"), "archive", ARCHIVE);

  it("wants a tam only when it is required", () => {
    const bare = encode(sortedMap(ARCHIVE));
    assert.equal(verifyArchive(MATERIAL, bare), "none");
    assert.throws(
      () => verifyArchive(MATERIAL, bare, { required: true }),
      (error) => error instanceof ArchiveTAMRequiredError && error.data[0] === "mine",
    );
  });

  it("refuses a wrong one always, unless the workaround is on", () => {
    assert.throws(
      () => verifyArchive(MATERIAL, wrong),
      (error) => error instanceof ArchiveTAMInvalid && error.data[0] === "mine",
    );
    assert.equal(verifyArchive(MATERIAL, wrong, { required: true, ignoreInvalid: true }), "none");
  });
});

describe("tamSalt", () => {
  it("is that of the archive, so that it can be kept", () => {
    const packed = signMetadata(MATERIAL, "archive", ARCHIVE);
    const salt = tamSalt(decode(packed));
    assert.deepEqual(signMetadata(MATERIAL, "archive", ARCHIVE, salt), packed);
    assert.equal(tamSalt(decode(encode(sortedMap(ARCHIVE)))), undefined);
  });
});
