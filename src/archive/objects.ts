import { compress } from "../compression/compress.ts";
import type { Compression } from "../compression/compression.ts";
import { decompress } from "../compression/decompress.ts";
import { nonceBlocks, open, overhead, seal } from "../crypto/envelope.ts";
import { verifyId } from "../crypto/id.ts";
import { idHasher, type KeyedHash } from "../crypto/keyed_hash.ts";
import type { KeyMaterial } from "../crypto/material.ts";
import { equal } from "../encoding/bytes.ts";
import { MANIFEST_ID, type Repository } from "../repository/repository.ts";

/** Where the values of the AES counter come from (format reference 6.5). */
export interface Nonces {
  /** The first of `blocks` values that nobody else ever gets. */
  reserve(blocks: bigint): Promise<bigint>;
}

/** An object that was written: its id and its length as stored. */
export interface WrittenObject {
  readonly id: Uint8Array;
  readonly csize: number;
}

/** The repository's objects as plaintext: joins the store, the key and the codecs, on this thread. */
export class Objects {
  /** Made once: for short plaintexts that costs more than to hash them. */
  #hasher: KeyedHash | undefined;

  /** @param nonces may be missing where nothing is written, or in modes that do not encrypt */
  constructor(readonly repository: Repository, readonly material: KeyMaterial, readonly nonces?: Nonces) {}

  /** How many bytes the envelope adds to a compressed payload. */
  get overhead(): number {
    return overhead(this.material);
  }

  idOf(plaintext: Uint8Array): Uint8Array {
    this.#hasher ??= idHasher(this.material);
    return this.#hasher.digest([plaintext]);
  }

  /**
   * The plaintext of a stored object, authenticated; its id is verified too, unless it is the manifest's. Throws
   * IntegrityError or DecompressionError.
   */
  unseal(id: Uint8Array, object: Uint8Array): Uint8Array {
    const plaintext = decompress(open(this.material, object, id));
    if (!equal(id, MANIFEST_ID)) verifyId(this.material, id, plaintext);
    return plaintext;
  }

  /** Throws ObjectNotFound, and what `unseal` throws. */
  async read(id: Uint8Array): Promise<Uint8Array> {
    return this.unseal(id, await this.repository.get(id));
  }

  /** Plaintexts in the order of `ids`; throws at the first that is missing or damaged. */
  async *readMany(ids: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    let i = 0;
    for await (const object of this.repository.getMany(ids)) yield this.unseal(ids[i++]!, object);
  }

  /** The first of `blocks` reserved counter values; always 0 in modes that do not encrypt. */
  reserveNonces(blocks: bigint): Promise<bigint> {
    if (this.material.envelope === "plain") return Promise.resolve(0n);
    if (this.nonces === undefined) throw new Error("the key was opened for reading only");
    return this.nonces.reserve(blocks);
  }

  /** The object that holds `plaintext`, ready to be put. */
  async seal(plaintext: Uint8Array, compression: Compression): Promise<Uint8Array> {
    const payload = compress(compression, plaintext);
    return seal(this.material, await this.reserveNonces(nonceBlocks(payload.length)), payload);
  }

  /** Seals and puts `plaintext` under its id, or under `id`. Counts no references. */
  async write(plaintext: Uint8Array, compression: Compression, id = this.idOf(plaintext)): Promise<WrittenObject> {
    const object = await this.seal(plaintext, compression);
    await this.repository.put(id, object);
    return { id, csize: object.length };
  }
}
