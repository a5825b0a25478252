import type { Compression } from "../compression/compression.ts";
import { signMetadata, type TamState, verifyManifest } from "../crypto/tam.ts";
import { decode, type Encodable, sortedMap, type Value } from "../encoding/msgpack.ts";
import { decodeText } from "../encoding/path.ts";
import { IntegrityError } from "../errors.ts";
import { ObjectNotFound } from "../repository/errors.ts";
import { MANIFEST_ID } from "../repository/repository.ts";
import { ArchiveDoesNotExist, NoManifestError, UnsupportedManifestError } from "./errors.ts";
import { ITEM_KEYS } from "./item.ts";
import { MAX_NAME_LENGTH } from "./names.ts";
import type { Objects } from "./objects.ts";
import { formatTimestamp, type Micros, now, parseTimestamp } from "./timestamps.ts";

/** What the manifest says of an archive. `time` is its start, UTC, as `timestamps.ts` reads it. */
export interface ArchiveEntry {
  readonly id: Uint8Array;
  readonly time: string;
}

const MAX_ARCHIVES = 400000;
const COMPRESSION: Compression = { name: "lz4" };

/** The list of a repository's archives, and its settings (format reference 4.1). */
export class Manifest {
  /** Archives by name, in the order of the stored map. */
  readonly archives = new Map<string, ArchiveEntry>();
  /** Settings, with everything in them that is foreign to this program. */
  readonly config = new Map<string, Encodable>();
  /** Every key of items that the writers of this repository knew. */
  readonly itemKeys = new Set<string>(ITEM_KEYS);
  /** When it was last written; empty if never. */
  timestamp = "";
  /** The id hash of the plaintext as stored, by which caches know it; undefined if never written. */
  id: Uint8Array | undefined;
  tam: TamState = "none";

  /**
   * Reads and verifies the repository's manifest.
   *
   * @param tamRequired whether the key demands that it is authenticated
   */
  static async load(objects: Objects, tamRequired: boolean): Promise<Manifest> {
    return Manifest.decode(objects, await readManifest(objects), tamRequired);
  }

  /** The manifest of a verified object's plaintext. */
  static decode(objects: Objects, plaintext: Uint8Array, tamRequired: boolean): Manifest {
    if (plaintext.length >= 4 && plaintext.subarray(0, 4).every((byte) => byte === 0xc1)) {
      throw new UnsupportedManifestError();
    }
    const tam = verifyManifest(objects.material, plaintext, tamRequired);
    const manifest = new Manifest();
    manifest.#fill(asMap(decode(plaintext), "manifest"));
    manifest.tam = tam;
    manifest.id = objects.idOf(plaintext);
    return manifest;
  }

  /** The entry of an archive. Throws ArchiveDoesNotExist. */
  entry(name: string): ArchiveEntry {
    const entry = this.archives.get(name);
    if (entry === undefined) throw new ArchiveDoesNotExist(name);
    return entry;
  }

  /**
   * Signs the manifest and puts it into the repository; it counts once that commits. Its timestamp is always later than
   * the one before.
   */
  async save(objects: Objects, tamRequired: boolean, time: Micros = now()): Promise<void> {
    this.#assertStorable();
    if (tamRequired) this.config.set("tam_required", true);
    const earliest = this.timestamp === "" ? time : parseTimestamp(this.timestamp) + 1n;
    const timestamp = formatTimestamp(time > earliest ? time : earliest);
    const plaintext = signMetadata(objects.material, "manifest", this.#fields(timestamp));
    await objects.write(plaintext, COMPRESSION, MANIFEST_ID);
    this.timestamp = timestamp;
    this.id = objects.idOf(plaintext);
    this.tam = "verified";
  }

  #fill(fields: ReadonlyMap<string | number, Value>): void {
    const version = fields.get("version");
    if (version !== 1 && version !== 2) throw new IntegrityError("Invalid manifest version");
    for (const [name, entry] of asMap(fields.get("archives"), "archives")) {
      this.archives.set(String(name), readEntry(asMap(entry, "archive entry")));
    }
    for (const [name, value] of asMap(fields.get("config") ?? new Map(), "config")) {
      this.config.set(String(name), value);
    }
    const itemKeys = fields.get("item_keys");
    if (Array.isArray(itemKeys)) { for (const key of itemKeys) this.itemKeys.add(readText(key, "item key")); }
    const timestamp = fields.get("timestamp");
    if (timestamp !== undefined) this.timestamp = readText(timestamp, "timestamp");
  }

  #fields(timestamp: string): [string, Encodable][] {
    const archives = Array.from(this.archives, ([name, { id, time }]) => {
      return [name, new Map<string, Encodable>([["id", id], ["time", time]])] as const;
    });
    return [
      ["version", 1],
      ["archives", sortedMap(archives)],
      ["config", sortedMap(this.config)],
      ["item_keys", [...this.itemKeys].sort()],
      ["timestamp", timestamp],
    ];
  }

  #assertStorable(): void {
    if (this.archives.size > MAX_ARCHIVES) throw new RangeError(`more than ${MAX_ARCHIVES} archives`);
    for (const name of this.archives.keys()) {
      if ([...name].length > MAX_NAME_LENGTH) throw new RangeError(`too long an archive name: ${name}`);
    }
  }
}

async function readManifest(objects: Objects): Promise<Uint8Array> {
  try {
    return await objects.read(MANIFEST_ID);
  } catch (error) {
    if (error instanceof ObjectNotFound) throw new NoManifestError({ cause: error });
    throw error;
  }
}

function readEntry(fields: ReadonlyMap<string | number, Value>): ArchiveEntry {
  const id = fields.get("id");
  if (!(id instanceof Uint8Array) || id.length !== 32) throw new IntegrityError("Manifest: an archive without an id");
  return { id: id.slice(), time: readText(fields.get("time"), "archive time") };
}

function asMap(value: Value | undefined, what: string): ReadonlyMap<string | number, Value> {
  if (value instanceof Map) return value;
  throw new IntegrityError(`Manifest: ${what} is not a map`);
}

function readText(value: Value | undefined, what: string): string {
  if (value instanceof Uint8Array) return decodeText(value);
  throw new IntegrityError(`Manifest: ${what} is not a text`);
}
