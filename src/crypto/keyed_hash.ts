import { createHash, type Hash } from "node:crypto";
import { Blake2b, BLAKE2B_LENGTH } from "../../wasm/blake2b.ts";
import type { KeyMaterial } from "./material.ts";

type Parts = readonly Uint8Array[];

/** A hash of the parts one after the other, 32 bytes, under a key or none. */
export interface KeyedHash {
  digest(parts: Parts): Uint8Array;
}

class Sha256 implements KeyedHash {
  digest(parts: Parts): Uint8Array {
    return hashParts(createHash("sha256"), parts);
  }
}

const HMAC_BLOCK = 64;

/**
 * HMAC-SHA256 from copies of the two hash states after the padded key: twice as fast as `createHmac` in Deno for small
 * chunks (2.5 us instead of 5 us), the same in Bun.
 */
class HmacSha256 implements KeyedHash {
  readonly #inner: Hash;
  readonly #outer: Hash;

  /** @param key at most 64 bytes */
  constructor(key: Uint8Array) {
    this.#inner = createHash("sha256").update(padded(key, 0x36));
    this.#outer = createHash("sha256").update(padded(key, 0x5c));
  }

  digest(parts: Parts): Uint8Array {
    return plain(this.#outer.copy().update(hashParts(this.#inner.copy(), parts)).digest());
  }
}

/** The key is simply hashed first (format reference 6.2). */
class PrefixedBlake2b implements KeyedHash {
  constructor(readonly blake2b: Blake2b, readonly key: Uint8Array) {}

  digest(parts: Parts): Uint8Array {
    return this.blake2b.digest(this.key, ...parts);
  }
}

function padded(key: Uint8Array, filler: number): Uint8Array {
  const block = new Uint8Array(HMAC_BLOCK).fill(filler);
  for (let i = 0; i < key.length; i++) block[i]! ^= key[i]!;
  return block;
}

function hashParts(hash: Hash, parts: Parts): Uint8Array {
  for (const part of parts) hash.update(part);
  return plain(hash.digest());
}

/** Not a Buffer, whose `slice` is no copy. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The hash that makes ids. */
export function idHasher(material: KeyMaterial): KeyedHash {
  switch (material.idSuite) {
    case "sha256":
      return new Sha256();
    case "hmac-sha256":
      return new HmacSha256(material.idKey);
    case "blake2b":
      return new PrefixedBlake2b(new Blake2b(), material.idKey);
  }
}

/** The hash that authenticates objects, undefined where they are not. */
export function macHasher(material: KeyMaterial): KeyedHash | undefined {
  switch (material.envelope) {
    case "plain":
      return undefined;
    case "aes-hmac-sha256":
      return new HmacSha256(material.macKey);
    case "aes-blake2b":
      return new PrefixedBlake2b(new Blake2b(), material.macKey);
  }
}

/** One message to hash. */
export interface Digestion {
  readonly hash: KeyedHash;
  readonly parts: Parts;
}

/** Independent digests in the order given; two at a time in the lanes of the BLAKE2b kernel where all are BLAKE2b. */
export function digestAll(work: readonly Digestion[]): Uint8Array[] {
  const first = work[0]?.hash;
  if (!(first instanceof PrefixedBlake2b)) return work.map(({ hash, parts }) => hash.digest(parts));
  const results = work.map(() => new Uint8Array(BLAKE2B_LENGTH));
  first.blake2b.digestAll(work.map(keyedMessage), results);
  return results;
}

function keyedMessage({ hash, parts }: Digestion): Parts {
  if (hash instanceof PrefixedBlake2b) return [hash.key, ...parts];
  throw new TypeError("BLAKE2b and other hashes in one batch");
}
