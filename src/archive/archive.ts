import { type ChunkerParams } from "../chunking/chunker.ts";
import { decodeChunkerParams } from "../chunking/params.ts";
import type { KeyMaterial } from "../crypto/material.ts";
import { type ArchiveTamOptions, signMetadata, tamSalt, type TamState, verifyArchive } from "../crypto/tam.ts";
import { Buffer } from "node:buffer";
import { decode, type Encodable, encode, MsgpackError, Reader, type Value } from "../encoding/msgpack.ts";
import { decodeText } from "../encoding/path.ts";
import { IntegrityError } from "../errors.ts";
import type { Objects } from "./objects.ts";
import type { Statistics } from "./statistics.ts";

/**
 * What an archive says of itself (format reference 4.3). Texts are byte strings in the sense of `src/encoding/path.ts`;
 * times are UTC as `timestamps.ts` reads them. What old versions did not write may be missing.
 */
export interface ArchiveMetadata {
  name: string;
  /** Ids of the chunks of the item stream, in order. */
  items: Uint8Array[];
  cmdline: string[];
  time: string;
  timeEnd?: string;
  comment?: string;
  hostname?: string;
  username?: string;
  cwd?: string;
  /** As stored: without the algorithm's name before BorgBackup 1.2. See `chunkerParamsOf`. */
  chunkerParams?: (string | number)[];
  size?: number;
  csize?: number;
  nfiles?: number;
  sizeParts?: number;
  csizeParts?: number;
  nfilesParts?: number;
  recreateCmdline?: string[];
  /** What else is there; kept when the archive is written again. */
  extra?: Map<string, Value>;
}

export interface LoadedArchive {
  readonly id: Uint8Array;
  readonly metadata: ArchiveMetadata;
  readonly tam: TamState;
  /** The salt of its authentication, which a check keeps; undefined when there is none. */
  readonly salt: Uint8Array | undefined;
}

/** The six sums that an archive's metadata carries since BorgBackup 1.2. */
export type ArchiveSums = Required<
  Pick<ArchiveMetadata, "size" | "csize" | "nfiles" | "sizeParts" | "csizeParts" | "nfilesParts">
>;

const VERSION = 1;
const REQUIRED = ["version", "name", "items", "cmdline", "time"];

const TEXTS = {
  name: "name",
  time: "time",
  timeEnd: "time_end",
  comment: "comment",
  hostname: "hostname",
  username: "username",
  cwd: "cwd",
} as const;
const LISTS = { cmdline: "cmdline", recreateCmdline: "recreate_cmdline" } as const;
const NUMBERS = {
  size: "size",
  csize: "csize",
  nfiles: "nfiles",
  sizeParts: "size_parts",
  csizeParts: "csize_parts",
  nfilesParts: "nfiles_parts",
} as const;

/** Every key that a writer of archives may have used. */
const KEYS: ReadonlySet<string> = new Set([
  ...[...Object.values(TEXTS), ...Object.values(LISTS), ...Object.values(NUMBERS), ...REQUIRED],
  ...["chunker_params", "tam", "recreate_source_id", "recreate_args", "recreate_partial_chunks"],
]);

/** Reads, verifies and decodes an archive's metadata object. Throws what `read` and `openArchive` throw. */
export async function loadArchive(
  objects: Objects,
  id: Uint8Array,
  options: ArchiveTamOptions = {},
): Promise<LoadedArchive> {
  return openArchive(objects, id, await objects.read(id), options);
}

/**
 * Verifies and decodes the plaintext of an archive's metadata object. Throws what `verifyArchive` and `decodeArchive`
 * throw.
 */
export function openArchive(
  { material }: Objects,
  id: Uint8Array,
  plaintext: Uint8Array,
  options: ArchiveTamOptions = {},
): LoadedArchive {
  const tam = verifyArchive(material, plaintext, options);
  return { id, metadata: decodeArchive(plaintext), tam, salt: tamSalt(decode(plaintext)) };
}

/** The metadata of a plaintext object, whose authentication is the caller's business. Throws IntegrityError. */
export function decodeArchive(plaintext: Uint8Array): ArchiveMetadata {
  const fields = decodeMap(plaintext);
  if (fields.get("version") !== VERSION) throw new IntegrityError("Unknown archive metadata version");
  const missing = REQUIRED.find((key) => !fields.has(key));
  if (missing !== undefined) throw new IntegrityError(`Archive metadata without ${missing}`);
  const metadata: ArchiveMetadata = { name: "", items: [], cmdline: [], time: "" };
  for (const key of ["version", "tam"]) fields.delete(key);
  metadata.items = takeIds(fields);
  takeTexts(fields, metadata);
  takeLists(fields, metadata);
  takeNumbers(fields, metadata);
  if (fields.size > 0) metadata.extra = fields as Map<string, Value>;
  return metadata;
}

/** Packs and signs; the salt is fresh unless a check hands over the old one. */
export function encodeArchive(material: KeyMaterial, metadata: ArchiveMetadata, salt?: Uint8Array): Uint8Array {
  const fields: [string, Encodable][] = [["version", VERSION], ["items", metadata.items]];
  const properties = { ...TEXTS, ...LISTS, ...NUMBERS, chunkerParams: "chunker_params" } as const;
  for (const [property, key] of Object.entries(properties)) {
    const value = metadata[property as keyof typeof properties];
    if (value !== undefined) fields.push([key, value]);
  }
  return signMetadata(material, "archive", [...fields, ...metadata.extra ?? []], salt);
}

/** How the archive's files were cut; undefined when it does not say, or not in a way that is known. */
export function chunkerParamsOf({ chunkerParams }: ArchiveMetadata): ChunkerParams | undefined {
  if (chunkerParams === undefined) return undefined;
  try {
    return decodeChunkerParams(decode(encode(chunkerParams)));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The sums as they are stored; undefined when the archive is too old to have all of them. */
export function storedSums(metadata: ArchiveMetadata): ArchiveSums | undefined {
  const { size, csize, nfiles, sizeParts, csizeParts, nfilesParts } = metadata;
  if (size === undefined || csize === undefined || nfiles === undefined) return undefined;
  if (sizeParts === undefined || csizeParts === undefined || nfilesParts === undefined) return undefined;
  return { size, csize, nfiles, sizeParts, csizeParts, nfilesParts };
}

/** The sums that an archive of these statistics carries. */
export function sumsOf(statistics: Statistics): ArchiveSums {
  return {
    size: statistics.osize,
    csize: statistics.csize,
    nfiles: statistics.nfiles,
    sizeParts: statistics.osizeParts,
    csizeParts: statistics.csizeParts,
    nfilesParts: statistics.nfilesParts,
  };
}

/** Whether any object's plaintext is archive metadata, when nothing refers to it (format reference 11.1, point 3). */
export function looksLikeArchive(plaintext: Uint8Array): boolean {
  if (!startsLikeArchive(plaintext)) return false;
  const bytes = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length);
  if (!bytes.includes("cmdline") || !bytes.includes("\xa7version\x01", 0, "latin1")) return false;
  try {
    const fields = decodeMap(plaintext);
    return REQUIRED.every((key) => fields.has(key));
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

function startsLikeArchive(plaintext: Uint8Array): boolean {
  try {
    const reader = new Reader(plaintext);
    return reader.readMapHeader() > 0 && KEYS.has(reader.readText());
  } catch (error) {
    if (error instanceof MsgpackError) return false;
    throw error;
  }
}

function decodeMap(plaintext: Uint8Array): Map<string | number, Value> {
  try {
    const value = decode(plaintext);
    if (value instanceof Map) return value;
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error;
    throw new IntegrityError("Archive metadata is damaged", { cause: error });
  }
  throw new IntegrityError("Archive metadata is no map");
}

type Fields = Map<string | number, Value>;

function takeIds(fields: Fields): Uint8Array[] {
  const ids = fields.get("items");
  fields.delete("items");
  if (Array.isArray(ids) && ids.every((id) => id instanceof Uint8Array && id.length === 32)) return ids as Uint8Array[];
  throw new IntegrityError("Archive metadata: items is not a list of ids");
}

function takeTexts(fields: Fields, metadata: ArchiveMetadata): void {
  for (const [property, key] of Object.entries(TEXTS)) {
    const value = fields.get(key);
    if (!(value instanceof Uint8Array)) continue;
    metadata[property as keyof typeof TEXTS] = decodeText(value);
    fields.delete(key);
  }
}

function takeNumbers(fields: Fields, metadata: ArchiveMetadata): void {
  for (const [property, key] of Object.entries(NUMBERS)) {
    const value = fields.get(key);
    if (typeof value !== "number") continue;
    metadata[property as keyof typeof NUMBERS] = value;
    fields.delete(key);
  }
}

function takeLists(fields: Fields, metadata: ArchiveMetadata): void {
  for (const [property, key] of Object.entries(LISTS)) {
    const value = fields.get(key);
    if (!Array.isArray(value) || !value.every((word) => word instanceof Uint8Array)) continue;
    metadata[property as keyof typeof LISTS] = (value as Uint8Array[]).map((word) => decodeText(word));
    fields.delete(key);
  }
  const params = fields.get("chunker_params");
  if (!Array.isArray(params)) return;
  metadata.chunkerParams = params.map((param) => param instanceof Uint8Array ? decodeText(param) : Number(param));
  fields.delete("chunker_params");
}
