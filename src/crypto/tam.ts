import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { concat } from "../encoding/bytes.ts";
import { decode, type Encodable, encode, sortedMap, type Value } from "../encoding/msgpack.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { BorgError } from "../errors.ts";
import type { KeyMaterial } from "./material.ts";

/** What is authenticated, and whether it was: `none` = it carries no authentication and none was required. */
export type TamContext = "manifest" | "archive";
export type TamState = "verified" | "none";

const SUITE = "HKDF_HMAC_SHA512";
const INFO = "borg-metadata-authentication-";
const LENGTH = 64;

export class TAMRequiredError extends BorgError {
  constructor() {
    super("TAMRequiredError");
  }
}

export class TAMInvalid extends BorgError {
  constructor(options?: ErrorOptions) {
    super("TAMInvalid", [], options);
  }
}

/** `data`: the name of the unknown suite. */
export class TAMUnsupportedSuiteError extends BorgError {
  constructor(suite: string) {
    super("TAMUnsupportedSuiteError", [suite]);
  }
}

/** `data`: the archive's name. */
export class ArchiveTAMRequiredError extends BorgError {
  constructor(archive: string) {
    super("ArchiveTAMRequiredError", [archive]);
  }
}

/** `data`: the archive's name. */
export class ArchiveTAMInvalid extends BorgError {
  constructor(archive: string, options?: ErrorOptions) {
    super("ArchiveTAMInvalid", [archive], options);
  }
}

function hmacSha512(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const hmac = createHmac("sha512", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The key that authenticates metadata; in mode `none` it is no secret, but used all the same (format reference 7). */
export function tamKey(material: KeyMaterial, context: TamContext, salt: Uint8Array): Uint8Array {
  if (material.idSuite === "sha256") return concat(salt, encodeText(context));
  const pseudoRandomKey = hmacSha512(salt, material.idKey, material.encKey, material.macKey);
  return hmacSha512(pseudoRandomKey, encodeText(INFO + context), Uint8Array.of(1));
}

function tamMap(salt: Uint8Array): Map<string, Encodable> {
  return sortedMap([["type", SUITE], ["salt", salt], ["hmac", new Uint8Array(LENGTH)]]);
}

/**
 * Packs `metadata` (its `tam`, if any, is replaced) with keys in ascending order, signed. The salt is fresh unless a
 * check keeps an archive's own.
 */
export function signMetadata(
  material: KeyMaterial,
  context: TamContext,
  metadata: Iterable<[string, Encodable]>,
  salt: Uint8Array = randomBytes(LENGTH),
): Uint8Array {
  const tam = tamMap(salt);
  const packed = encode(sortedMap([...new Map([...metadata, ["tam", tam]])]));
  const packedTam = encode(tam);
  const at = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).indexOf(packedTam);
  packed.set(hmacSha512(tamKey(material, context, salt), packed), at + firstZeros(packedTam));
  return packed;
}

/** Where the zero hmac lies in the packed tam: `hmac` is its first key. */
function firstZeros(packedTam: Uint8Array): number {
  return Buffer.from(packedTam).indexOf(new Uint8Array(LENGTH));
}

interface Tam {
  readonly hmac: Uint8Array;
  readonly salt: Uint8Array;
}

/** The tam of decoded metadata: undefined = none, null = malformed, text = the name of another suite. */
function readTam(metadata: Value): Tam | string | null | undefined {
  if (!(metadata instanceof Map)) return null;
  const tam = metadata.get("tam");
  if (tam === undefined) return undefined;
  if (!(tam instanceof Map)) return null;
  const type = tam.get("type");
  if (!(type instanceof Uint8Array)) return "(none)";
  if (decodeText(type) !== SUITE) return decodeText(type);
  const hmac = tam.get("hmac");
  const salt = tam.get("salt");
  const sound = hmac instanceof Uint8Array && salt instanceof Uint8Array && hmac.length === LENGTH;
  return sound ? { hmac, salt } : null;
}

/** Checks the received bytes, in which the first place that holds the hmac is taken as zeros. */
function isAuthentic(material: KeyMaterial, context: TamContext, packed: Uint8Array, tam: Tam): boolean {
  const bytes = Buffer.from(packed);
  const at = bytes.indexOf(tam.hmac);
  if (at < 0) return false;
  bytes.fill(0, at, at + LENGTH);
  return timingSafeEqual(hmacSha512(tamKey(material, context, tam.salt), bytes), tam.hmac);
}

/** Checks a manifest as it was received. Throws what the table of format reference 7 names. */
export function verifyManifest(material: KeyMaterial, packed: Uint8Array, required: boolean): TamState {
  if (material.unchecked) return "none";
  const tam = readTam(decodeOr(packed, () => new TAMInvalid()));
  if (tam === undefined && !required) return "none";
  if (tam === undefined) throw new TAMRequiredError();
  if (typeof tam === "string" && !required) return "none";
  if (typeof tam === "string") throw new TAMUnsupportedSuiteError(tam);
  if (tam === null || !isAuthentic(material, "manifest", packed, tam)) throw new TAMInvalid();
  return "verified";
}

export interface ArchiveTamOptions {
  /** In check and when a manifest is rebuilt, of a key that requires it. Default false. */
  readonly required?: boolean;
  /** The workaround `ignore_invalid_archive_tam`: a wrong one counts as none. Default false. */
  readonly ignoreInvalid?: boolean;
}

/** Checks an archive's metadata as it was received. Throws what the table of format reference 7 names. */
export function verifyArchive(material: KeyMaterial, packed: Uint8Array, options: ArchiveTamOptions = {}): TamState {
  if (material.unchecked) return "none";
  const { required = false, ignoreInvalid = false } = options;
  const metadata = decodeOr(packed, () => new ArchiveTAMInvalid(""));
  const tam = readTam(metadata);
  if (tam === undefined && !required) return "none";
  if (tam === undefined) throw new ArchiveTAMRequiredError(archiveName(metadata));
  if (typeof tam === "string" && !required) return "none";
  if (typeof tam === "string") throw new TAMUnsupportedSuiteError(tam);
  if (tam !== null && isAuthentic(material, "archive", packed, tam)) return "verified";
  if (ignoreInvalid) return "none";
  throw new ArchiveTAMInvalid(archiveName(metadata));
}

function decodeOr(packed: Uint8Array, error: () => Error): Value {
  try {
    return decode(packed);
  } catch (cause) {
    const failure = error();
    failure.cause = cause;
    throw failure;
  }
}

function archiveName(metadata: Value): string {
  const name = metadata instanceof Map ? metadata.get("name") : undefined;
  return name instanceof Uint8Array ? decodeText(name) : "";
}

/** The salt of an archive's tam, which a check keeps when it rewrites the archive; undefined = no tam of our suite. */
export function tamSalt(metadata: Value): Uint8Array | undefined {
  const tam = readTam(metadata);
  return tam && typeof tam === "object" ? Uint8Array.from(tam.salt) : undefined;
}
