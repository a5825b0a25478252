import { equal, toHex } from "../encoding/bytes.ts";
import { IntegrityError } from "../errors.ts";
import { idHasher } from "./keyed_hash.ts";
import type { KeyMaterial } from "./material.ts";

/** The id of a chunk, from its uncompressed plaintext (format reference 6.2). */
export function idHash(material: KeyMaterial, data: Uint8Array): Uint8Array {
  return idHasher(material).digest([data]);
}

/** Throws unless `computed` is the id that the object was asked for by. */
export function assertId(material: KeyMaterial, id: Uint8Array, computed: Uint8Array): void {
  if (material.unchecked || equal(id, computed)) return;
  throw new IntegrityError(`Chunk ${toHex(id)}: id verification failed`);
}

/** Throws unless `data` is the plaintext that belongs to `id`. */
export function verifyId(material: KeyMaterial, id: Uint8Array, data: Uint8Array): void {
  if (!material.unchecked) assertId(material, id, idHash(material, data));
}
