import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatRelatedSecrets, parseRelatedSecrets, RelatedSecretsError } from "../../src/crypto/related_secrets.ts";
import { range } from "./fixtures.ts";

const SECRETS = { idKey: range(0, 31), chunkSeed: -5, keyName: "key file" };
const HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OBJECT = { version: 1, id_key: HEX, chunk_seed: -5, key_name: "key file" };

describe("related secrets", () => {
  it("are JSON", () => {
    assert.deepEqual(JSON.parse(formatRelatedSecrets(SECRETS)), OBJECT);
    assert.deepEqual(parseRelatedSecrets(JSON.stringify(OBJECT)), SECRETS);
  });

  it("are refused when damaged", () => {
    const changes = [
      { version: 2 },
      { id_key: "0" },
      { id_key: "zz" },
      { id_key: 1 },
      { chunk_seed: 0.5 },
      { chunk_seed: 2 ** 31 },
      { chunk_seed: "1" },
      { key_name: null },
    ];
    for (const change of changes) {
      assert.throws(() => parseRelatedSecrets(JSON.stringify({ ...OBJECT, ...change })), RelatedSecretsError);
    }
    for (const text of ["", "{", "null", "[]", "7"]) {
      assert.throws(() => parseRelatedSecrets(text), RelatedSecretsError);
    }
  });
});
