import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toHex } from "../../src/encoding/bytes.ts";
import { IntegrityError } from "../../src/errors.ts";
import { idHash, verifyId } from "../../src/crypto/id.ts";
import { vectorMaterial } from "./material.ts";

const HELLO = new TextEncoder().encode("hello");
const IDS = {
  "none": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
  "repokey": "53c40272a70c15ca4ee0af4df1f155fd6c41e00ce2307d8987ecd4bb36a7e990",
  "authenticated": "53c40272a70c15ca4ee0af4df1f155fd6c41e00ce2307d8987ecd4bb36a7e990",
  "keyfile-blake2": "1b5ee2b90c55360e726bcb4e8f56144f4e0870c5b8411216e6ce96ba711b4c4b",
  "authenticated-blake2": "1b5ee2b90c55360e726bcb4e8f56144f4e0870c5b8411216e6ce96ba711b4c4b",
} as const;

describe("idHash", () => {
  for (const name of Object.keys(IDS) as (keyof typeof IDS)[]) {
    it(`gives the test vector in mode ${name}`, () => {
      assert.equal(toHex(idHash(vectorMaterial(name), HELLO)), IDS[name]);
    });
  }
});

describe("verifyId", () => {
  const material = vectorMaterial("repokey");

  it("accepts the chunk of the id", () => verifyId(material, idHash(material, HELLO), HELLO));

  it("names the id of a wrong chunk", () => {
    const id = idHash(material, HELLO);
    const verify = () => verifyId(material, id, new Uint8Array(5));
    assert.throws(verify, (error) => error instanceof IntegrityError && String(error.data[0]).includes(toHex(id)));
  });

  it("accepts everything with a dummy key", () => {
    verifyId({ ...material, unchecked: true }, new Uint8Array(32), HELLO);
  });
});
