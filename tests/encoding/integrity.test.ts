import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { concat, fromHex } from "../../src/encoding/bytes.ts";
import { digestFile, FileIntegrityError, verifyFile } from "../../src/encoding/integrity.ts";
import { HashIndex } from "../../src/encoding/hash_index.ts";
import { encodeIndex } from "../../src/encoding/hash_index_file.ts";

const ABC = new TextEncoder().encode("abc");
const ABC_DIGESTS = '{"algorithm": "XXH64", "digests": {"final": "94a91326dd63f39d"}}';
const SMALL_INDEX = concat(
  new TextEncoder().encode("BORG_IDX"),
  fromHex("00000000" + "01000000" + "2008"),
  new Uint8Array(32),
  fromHex("ffffffff00000000"),
);

describe("digestFile", () => {
  it("gives the digest of the format reference, whatever the directory", () => {
    assert.equal(digestFile("hints.5", ABC), ABC_DIGESTS);
    assert.equal(digestFile("/some/where/hints.5", ABC), ABC_DIGESTS);
  });

  it("gives the two digests of a hash index", () => {
    const expected =
      '{"algorithm": "XXH64", "digests": {"HashHeader": "b47f6b247fdd2326", "final": "e2e6540883ea03fc"}}';
    assert.equal(digestFile("index.5", SMALL_INDEX, 18), expected);
  });
});

describe("verifyFile", () => {
  it("accepts what digestFile gave", () => {
    assert.equal(verifyFile("hints.5", ABC, ABC_DIGESTS), undefined);
    const index = concat(...encodeIndex(HashIndex.create(2)));
    assert.equal(verifyFile("index.7", index, digestFile("index.7", index, 18), 18), undefined);
  });

  it("refuses other content, another name and missing digests", () => {
    assert.throws(() => verifyFile("hints.5", ABC.subarray(1), ABC_DIGESTS), FileIntegrityError);
    assert.throws(() => verifyFile("hints.6", ABC, ABC_DIGESTS), FileIntegrityError);
    assert.throws(() => verifyFile("hints.5", ABC, '{"algorithm": "XXH64", "digests": {}}'), FileIntegrityError);
    assert.throws(() => verifyFile("index.5", SMALL_INDEX, digestFile("index.5", SMALL_INDEX), 18), FileIntegrityError);
  });

  it("names the file", () => {
    assert.throws(() => verifyFile("/r/hints.6", ABC, ABC_DIGESTS), (error) => {
      assert.ok(error instanceof FileIntegrityError);
      assert.equal(error.code, "FileIntegrityError");
      assert.deepEqual(error.data, ["/r/hints.6"]);
      return true;
    });
  });

  it("refuses texts that hold no digests", () => {
    for (const json of ["", "[", "null", "3", "[]", "{}", '{"algorithm": "XXH64"}', '{"digests": null}']) {
      assert.throws(() => verifyFile("hints.5", ABC, json), FileIntegrityError, json);
    }
  });

  it("knows SHA512", () => {
    const input = "         7hints.5abc         5final3";
    const final = createHash("sha512").update(input).digest("hex");
    const json = JSON.stringify({ algorithm: "SHA512", digests: { final } });
    assert.equal(verifyFile("hints.5", ABC, json), undefined);
    assert.throws(() => verifyFile("hints.5", ABC.subarray(1), json), FileIntegrityError);
  });

  it("names an algorithm that is unknown, and compares nothing", () => {
    assert.equal(verifyFile("hints.5", ABC, '{"algorithm": "CRC", "digests": {"final": "0"}}'), "CRC");
  });
});
