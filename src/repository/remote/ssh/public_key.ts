import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** The words with which OpenSSH names types of keys to people. */
const WORDS: readonly [RegExp, string][] = [
  [/^ssh-ed25519/, "ED25519"],
  [/^ecdsa-/, "ECDSA"],
  [/^ssh-rsa/, "RSA"],
  [/^ssh-dss/, "DSA"],
  [/^sk-ssh-ed25519/, "ED25519-SK"],
  [/^sk-ecdsa-/, "ECDSA-SK"],
];

/** The type that a public key in the wire format begins with; undefined for what is no key. */
export function typeOfKey(blob: Uint8Array): string | undefined {
  if (blob.length < 4) return undefined;
  const length = new DataView(blob.buffer, blob.byteOffset).getUint32(0);
  if (length === 0 || length > 64 || blob.length < 4 + length) return undefined;
  const type = Buffer.from(blob.subarray(4, 4 + length)).toString("latin1");
  return /^[\x21-\x7e]+$/.test(type) ? type : undefined;
}

/** `ED25519` for `ssh-ed25519`. */
export function keyTypeWord(type: string): string {
  return WORDS.find(([pattern]) => pattern.test(type))?.[1] ?? type;
}

/** `SHA256:` and the digest in base 64, without padding. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** A key in base 64 as it is in files, only if it is one of the type that stands before it. */
export function decodeKey(type: string, base64: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, "base64");
  return typeOfKey(blob) === type ? blob : undefined;
}
