import { Buffer } from "node:buffer";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { ssh2 } from "./ssh2.ts";
import type { ParsedKey } from "./ssh2.d.ts";
import { typeOfKey } from "./public_key.ts";

const OPENSSH = /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END OPENSSH PRIVATE KEY-----/;
const MAGIC = "openssh-key-v1\0";

/** What can be told of a private key file without its passphrase. */
export interface PrivateKeyFile {
  readonly encrypted: boolean;
  /** In the wire format, where the file has it in clear. */
  readonly publicKey: Buffer | undefined;
}

/** Looks at the text of a private key file. */
export function inspectPrivateKey(text: string): PrivateKeyFile {
  const base64 = OPENSSH.exec(text)?.[1];
  if (base64 !== undefined) return inspectOpenSsh(Buffer.from(base64, "base64"));
  return { encrypted: /^Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED PRIVATE KEY/m.test(text), publicKey: undefined };
}

/** The magic, cipher, key derivation and its options, the number of keys, and their public keys one after the other. */
function inspectOpenSsh(bytes: Buffer): PrivateKeyFile {
  if (bytes.subarray(0, MAGIC.length).toString("latin1") !== MAGIC) return { encrypted: false, publicKey: undefined };
  let at = MAGIC.length;
  const field = () => {
    if (at + 4 > bytes.length) return Buffer.alloc(0);
    const length = bytes.readUInt32BE(at);
    const value = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return value;
  };
  const [cipher] = [field(), field(), field()];
  at += 4;
  const publicKey = field();
  const encrypted = cipher!.toString("latin1") !== "none";
  return { encrypted, publicKey: typeOfKey(publicKey) === undefined ? undefined : publicKey };
}

/** The key of a file; undefined when the passphrase is not right, or the file not a key. */
export function openPrivateKey(text: string, passphrase?: string): ParsedKey | undefined {
  const key = ssh2.utils.parseKey(asTraditional(text, passphrase) ?? text, passphrase);
  return key instanceof Error || !key.isPrivateKey() ? undefined : key;
}

/** A PKCS#8 file, which ssh2 does not read, as the older kind that it does. */
function asTraditional(text: string, passphrase: string | undefined): string | undefined {
  if (!/BEGIN (?:ENCRYPTED )?PRIVATE KEY/.test(text)) return undefined;
  const key = pkcs8Key(text, passphrase);
  if (key?.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" }).toString();
  if (key?.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" }).toString();
  return undefined;
}

function pkcs8Key(text: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key: text, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    return undefined; // whatever is wrong, it is no key
  }
}

/** Whether the public halves are the same. ssh2's own comparison wants the private ones to be so as well. */
export function isSameKey(one: ParsedKey, other: ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH());
}

/** A public key from the text of a `.pub` file or the wire format; undefined for what ssh2 cannot use. */
export function openPublicKey(data: string | Buffer): ParsedKey | undefined {
  const key = ssh2.utils.parseKey(data);
  return key instanceof Error ? undefined : key;
}
