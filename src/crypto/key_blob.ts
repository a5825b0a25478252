import { Buffer } from "node:buffer";
import { createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { decode, type Encodable, encode, sortedMap, type Value } from "../encoding/msgpack.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { applyCtr } from "./ctr.ts";
import { type Secrets, SEED_LENGTH } from "./secrets.ts";

const ALGORITHM = "sha256";
const ITERATIONS = 100000;
const KEY_LENGTH = 32;
const VERSION = 1;
const LINE_LENGTH = 70;
const MIN_LENGTH = 20;

/** A blob is not what format reference 6.3 describes. Whoever knows where it came from says so to the user. */
export class KeyBlobError extends Error {
  override readonly name = "KeyBlobError";
}

/** PBKDF2-HMAC-SHA256 of the passphrase's UTF-8 bytes, without any normalisation. */
export function deriveKey(passphrase: string, salt: Uint8Array, iterations: number, length: number): Uint8Array {
  return pbkdf2Sync(encodeText(passphrase), salt, iterations, length, "sha256");
}

/** The 100 bytes that the legacy passphrase mode has instead of a blob. */
export function legacySeed(passphrase: string, repositoryId: Uint8Array): Uint8Array {
  return deriveKey(passphrase, repositoryId, ITERATIONS, SEED_LENGTH);
}

/** AES-256-CTR with counter 0: every blob has a key of its own. */
function applyKek(kek: Uint8Array, data: Uint8Array): Uint8Array {
  const result = new Uint8Array(data.length);
  applyCtr(kek, 0n, [data], result, 0);
  return result;
}

function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

function encodeSecrets(secrets: Secrets): Uint8Array {
  const { encKey, macKey, idKey, chunkSeed, repositoryId, tamRequired } = secrets;
  const entries: [string, Encodable][] = [
    ["version", VERSION],
    ["repository_id", repositoryId],
    ["enc_key", encKey],
    ["enc_hmac_key", macKey],
    ["id_key", idKey],
    ["chunk_seed", chunkSeed],
  ];
  if (tamRequired !== undefined) entries.push(["tam_required", tamRequired]);
  return encode(sortedMap(entries));
}

/** The secrets under a passphrase. */
export function encodeKeyBlob(secrets: Secrets, passphrase: string, iterations = ITERATIONS): Uint8Array {
  const salt = randomBytes(32);
  const kek = deriveKey(passphrase, salt, iterations, KEY_LENGTH);
  const inner = encodeSecrets(secrets);
  return encode(sortedMap([
    ["version", VERSION],
    ["salt", salt],
    ["iterations", iterations],
    ["algorithm", ALGORITHM],
    ["hash", hmacSha256(kek, inner)],
    ["data", applyKek(kek, inner)],
  ]));
}

/** The fields of a map, each of the type that is asked for, or KeyBlobError. */
class Fields {
  readonly #map: Map<string | number, Value>;

  constructor(packed: Uint8Array) {
    const value = decodeBlob(packed);
    if (!(value instanceof Map)) throw new KeyBlobError("not a map");
    this.#map = value;
    if (this.integer("version") !== VERSION) throw new KeyBlobError("unknown version");
  }

  bytes(name: string, ...lengths: number[]): Uint8Array {
    const value = this.#map.get(name);
    const fits = value instanceof Uint8Array && (lengths.length === 0 || lengths.includes(value.length));
    if (!fits) throw new KeyBlobError(`${name} is missing or damaged`);
    return Uint8Array.from(value);
  }

  integer(name: string): number {
    const value = this.#map.get(name);
    if (typeof value !== "number") throw new KeyBlobError(`${name} is missing or damaged`);
    return value;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#map.get(name);
    return typeof value === "boolean" ? value : undefined;
  }
}

function decodeBlob(packed: Uint8Array): Value {
  try {
    return decode(packed);
  } catch (cause) {
    throw new KeyBlobError("not a message", { cause });
  }
}

function decodeSecrets(packed: Uint8Array): Secrets {
  const fields = new Fields(packed);
  return {
    encKey: fields.bytes("enc_key", 32),
    macKey: fields.bytes("enc_hmac_key", 32, 128),
    idKey: fields.bytes("id_key", 32, 128),
    chunkSeed: fields.integer("chunk_seed"),
    repositoryId: fields.bytes("repository_id", 32),
    tamRequired: fields.optionalBoolean("tam_required"),
  };
}

/** The secrets of a blob, undefined when the passphrase is wrong. Throws KeyBlobError when it is damaged. */
export function decodeKeyBlob(blob: Uint8Array, passphrase: string): Secrets | undefined {
  const fields = new Fields(blob);
  if (decodeText(fields.bytes("algorithm")) !== ALGORITHM) throw new KeyBlobError("unknown algorithm");
  const iterations = fields.integer("iterations");
  if (iterations < 1 || iterations > 0x7fffffff) throw new KeyBlobError("impossible number of iterations");
  const hash = fields.bytes("hash", 32);
  const kek = deriveKey(passphrase, fields.bytes("salt"), iterations, KEY_LENGTH);
  const inner = applyKek(kek, fields.bytes("data"));
  return timingSafeEqual(hmacSha256(kek, inner), hash) ? decodeSecrets(inner) : undefined;
}

/** A blob as text: base64 in lines of 70 characters, without a newline at the end. */
export function formatKeyBlob(blob: Uint8Array): string {
  return Buffer.from(blob).toString("base64").match(new RegExp(`.{1,${LINE_LENGTH}}`, "g"))?.join("\n") ?? "";
}

/** The blob of such a text, whatever its white space. Throws KeyBlobError. */
export function parseKeyBlob(text: string): Uint8Array {
  const joined = text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(joined) || joined.length % 4 !== 0) throw new KeyBlobError("not base64");
  const blob = new Uint8Array(Buffer.from(joined, "base64"));
  if (blob.length < MIN_LENGTH) throw new KeyBlobError("too short");
  return blob;
}
