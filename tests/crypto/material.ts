import { concat } from "../../src/encoding/bytes.ts";
import type { KeyMaterial } from "../../src/crypto/material.ts";
import { type ModeName, modeNamed } from "../../src/crypto/modes.ts";
import { range } from "./fixtures.ts";

/** The keys of format reference 15: 00…1f, 20…3f, 40…5f; in the BLAKE2b modes K128 as id and MAC key. */
export function vectorMaterial(name: ModeName): KeyMaterial {
  const { type, accepts, idSuite, envelope } = modeNamed(name);
  const padded = concat(range(0, 0x3f), new Uint8Array(64));
  const blake2 = idSuite === "blake2b";
  const none = idSuite === "sha256";
  return {
    type,
    accepts,
    idSuite,
    envelope,
    idKey: none ? new Uint8Array(0) : blake2 ? padded : range(0, 0x1f),
    encKey: none ? new Uint8Array(0) : range(0x20, 0x3f),
    macKey: none ? new Uint8Array(0) : blake2 ? padded : range(0x40, 0x5f),
    chunkSeed: 0,
  };
}

/** The modes that `init` makes: all tests that go through them do it in this order. */
export const MODE_NAMES: readonly ModeName[] = [
  "none",
  "authenticated",
  "authenticated-blake2",
  "repokey",
  "repokey-blake2",
  "keyfile",
  "keyfile-blake2",
];
