import { createHash, type Hash } from "node:crypto";
import { Xxh64 } from "../../wasm/xxh64.ts";

/** What node:crypto calls each digest that listings can show, but for xxh64, which it does not have. */
const ALGORITHMS = {
  md5: "md5",
  sha1: "sha1",
  sha224: "sha224",
  sha256: "sha256",
  sha384: "sha384",
  sha512: "sha512",
  sha3_224: "sha3-224",
  sha3_256: "sha3-256",
  sha3_384: "sha3-384",
  sha3_512: "sha3-512",
  blake2b: "blake2b512",
  blake2s: "blake2s256",
  xxh64: undefined,
} as const;

export type Digest = keyof typeof ALGORITHMS;

/** Digests of contents that listings can show. */
export const DIGESTS = Object.keys(ALGORITHMS) as readonly Digest[];

/** One or several digests of bytes that come in pieces. */
export class ContentDigests {
  readonly #hashes: readonly (readonly [Digest, Hash | Xxh64])[];

  constructor(names: readonly Digest[]) {
    this.#hashes = names.map((name) => [name, createDigest(name)]);
  }

  update(bytes: Uint8Array): void {
    for (const [, hash] of this.#hashes) hash.update(bytes);
  }

  /** All of them in hex. Nothing can be added afterwards. */
  finish(): Map<Digest, string> {
    return new Map(this.#hashes.map(([name, hash]) => [name, hexOf(hash)]));
  }
}

function createDigest(name: Digest): Hash | Xxh64 {
  const algorithm = ALGORITHMS[name];
  return algorithm === undefined ? new Xxh64() : createHash(algorithm);
}

function hexOf(hash: Hash | Xxh64): string {
  return hash instanceof Xxh64 ? hash.digestHex() : hash.digest("hex");
}
