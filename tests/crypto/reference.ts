import { ctr } from "@noble/ciphers/aes.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../../src/encoding/bytes.ts";
import type { KeyMaterial } from "../../src/crypto/material.ts";

function mac(suite: "hmac" | "blake2b", key: Uint8Array, data: Uint8Array): Uint8Array {
  return suite === "hmac" ? hmac(sha256, key, data) : blake2b(concat(key, data), { dkLen: 32 });
}

/** Objects as format reference 6.4 describes them, by another implementation of everything. */
export function referenceSeal(material: KeyMaterial, iv: bigint, payload: Uint8Array): Uint8Array {
  const type = Uint8Array.of(material.type);
  if (material.envelope === "plain") return concat(type, payload);
  const counter = new Uint8Array(16);
  new DataView(counter.buffer).setBigUint64(8, iv);
  const ciphertext = ctr(material.encKey, counter).encrypt(payload.slice());
  const signed = concat(counter.subarray(8), ciphertext);
  return concat(
    type,
    mac(material.envelope === "aes-blake2b" ? "blake2b" : "hmac", material.macKey, signed),
    signed,
  );
}
