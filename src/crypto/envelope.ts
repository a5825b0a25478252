import { timingSafeEqual } from "node:crypto";
import { toHex } from "../encoding/bytes.ts";
import { IntegrityError } from "../errors.ts";
import { applyCtr } from "./ctr.ts";
import { macHasher } from "./keyed_hash.ts";
import type { KeyMaterial } from "./material.ts";

// Plain: type[1] || payload. AES: type[1] || mac[32] || iv[8] || ciphertext (format reference 6.4).
const MAC_AT = 1;
const IV_AT = 33;
const AES_HEADER = 41;
const PLAIN_HEADER = 1;
const BLOCK = 16n;

/** How many bytes the envelope adds to a payload. */
export function overhead(material: KeyMaterial): number {
  return material.envelope === "plain" ? PLAIN_HEADER : AES_HEADER;
}

/** How many values of the AES counter a message of `length` bytes uses. */
export function nonceBlocks(length: number): bigint {
  return (BigInt(length) + BLOCK - 1n) / BLOCK;
}

/** The iv of an object in an AES envelope. */
export function ivOf(object: Uint8Array): bigint {
  return new DataView(object.buffer, object.byteOffset, object.byteLength).getBigUint64(IV_AT);
}

/** The first counter value that is free for certain as far as this object tells; 0 for plain envelopes. */
export function nonceAfter(material: KeyMaterial, object: Uint8Array): bigint {
  return material.envelope === "plain" ? 0n : ivOf(object) + nonceBlocks(object.length);
}

/** Writes the object of a payload, given in parts, without its MAC to `out`; the same thing as all of it for plain envelopes. */
export function writeUnsigned(
  material: KeyMaterial,
  out: Uint8Array,
  offset: number,
  iv: bigint,
  payload: readonly Uint8Array[],
): void {
  out[offset] = material.type;
  if (material.envelope === "plain") return writeParts(payload, out, offset + PLAIN_HEADER);
  new DataView(out.buffer, out.byteOffset, out.byteLength).setBigUint64(offset + IV_AT, iv);
  applyCtr(material.encKey, iv, payload, out, offset + AES_HEADER);
}

function writeParts(parts: readonly Uint8Array[], out: Uint8Array, offset: number): void {
  let end = offset;
  for (const part of parts) {
    out.set(part, end);
    end += part.length;
  }
}

/** What the MAC covers: iv and ciphertext. The type byte is not authenticated. */
export function signedPart(object: Uint8Array): Uint8Array {
  return object.subarray(IV_AT);
}

/** Puts the MAC into an object that `writeUnsigned` made. */
export function writeMac(object: Uint8Array, mac: Uint8Array): void {
  object.set(mac, MAC_AT);
}

function chunkName(id: Uint8Array | undefined): string {
  return `Chunk ${id ? toHex(id) : "(unknown)"}`;
}

/** Throws when the type byte is not one of this key's, or the object is too short. */
export function assertEnvelope(material: KeyMaterial, object: Uint8Array, id?: Uint8Array): void {
  if (object.length >= overhead(material) && material.accepts.includes(object[0]!)) return;
  throw new IntegrityError(`${chunkName(id)}: Invalid encryption envelope`);
}

/** Throws when the object's MAC is not `mac`. */
export function assertMac(object: Uint8Array, mac: Uint8Array, id?: Uint8Array): void {
  if (timingSafeEqual(object.slice(MAC_AT, IV_AT), mac)) return;
  throw new IntegrityError(`${chunkName(id)}: Encryption envelope checksum mismatch`);
}

/**
 * The payload of an object that passed the two checks; a view of it for plain envelopes.
 *
 * @param inPlace decrypts it where it is: the object is lost
 */
export function readPayload(material: KeyMaterial, object: Uint8Array, inPlace = false): Uint8Array {
  if (material.envelope === "plain") return object.subarray(PLAIN_HEADER);
  const encrypted = object.subarray(AES_HEADER);
  const payload = inPlace ? encrypted : new Uint8Array(encrypted.length);
  applyCtr(material.encKey, ivOf(object), [encrypted], payload, 0);
  return payload;
}

/** The object that holds `payload`. `iv` must come from the nonce manager; plain envelopes ignore it. */
export function seal(material: KeyMaterial, iv: bigint, payload: Uint8Array): Uint8Array {
  const object = new Uint8Array(overhead(material) + payload.length);
  writeUnsigned(material, object, 0, iv, [payload]);
  const mac = macHasher(material)?.digest([signedPart(object)]);
  if (mac) writeMac(object, mac);
  return object;
}

/**
 * The payload of a stored object, after checking type and MAC. `id` is only named in the error.
 * In plain envelopes the payload is a view of `object`.
 */
export function open(material: KeyMaterial, object: Uint8Array, id?: Uint8Array): Uint8Array {
  assertEnvelope(material, object, id);
  const mac = macHasher(material)?.digest([signedPart(object)]);
  if (mac) assertMac(object, mac, id);
  return readPayload(material, object);
}
