import { randomBytes } from "node:crypto";
import { concat } from "../encoding/bytes.ts";
import type { KeyMaterial } from "./material.ts";
import type { Mode } from "./modes.ts";

/** What a key blob holds (format reference 6.3). */
export interface Secrets {
  readonly encKey: Uint8Array;
  readonly macKey: Uint8Array;
  readonly idKey: Uint8Array;
  readonly chunkSeed: number;
  readonly repositoryId: Uint8Array;
  /** Undefined in blobs written before manifests were authenticated. */
  readonly tamRequired?: boolean | undefined;
}

/** How many random bytes make a key. */
export const SEED_LENGTH = 100;
const KEY_LENGTH = 32;
const BLAKE2B_RANDOM = 64;

/** Lengths of the MAC and id keys in a mode. */
export function keyLength(mode: Mode): number {
  return mode.idSuite === "blake2b" ? 2 * BLAKE2B_RANDOM : KEY_LENGTH;
}

function paddedKey(): Uint8Array {
  return concat(randomBytes(BLAKE2B_RANDOM), new Uint8Array(BLAKE2B_RANDOM));
}

/** The 100 bytes cut into keys; the 32-byte MAC and id keys are those of the HMAC suites. */
export function splitSeed(seed: Uint8Array, repositoryId: Uint8Array): Secrets {
  const bytes = Uint8Array.from(seed);
  return {
    encKey: bytes.slice(0, 32),
    macKey: bytes.slice(32, 64),
    idKey: bytes.slice(64, 96),
    chunkSeed: new DataView(bytes.buffer).getInt32(96),
    repositoryId,
  };
}

/** Fresh secrets of a new repository. */
export function createSecrets(mode: Mode, repositoryId: Uint8Array): Secrets {
  const secrets = { ...splitSeed(randomBytes(SEED_LENGTH), repositoryId), tamRequired: true };
  return mode.idSuite === "blake2b" ? { ...secrets, macKey: paddedKey(), idKey: paddedKey() } : secrets;
}

export function materialOf(mode: Mode, secrets: Secrets): KeyMaterial {
  const { type, accepts, idSuite, envelope } = mode;
  const { idKey, encKey, macKey, chunkSeed } = secrets;
  return { type, accepts, idSuite, envelope, idKey, encKey, macKey, chunkSeed };
}

/** The material of mode `none`. */
export function emptyMaterial(mode: Mode): KeyMaterial {
  const nothing = new Uint8Array(0);
  const { type, accepts, idSuite, envelope } = mode;
  return { type, accepts, idSuite, envelope, idKey: nothing, encKey: nothing, macKey: nothing, chunkSeed: 0 };
}
