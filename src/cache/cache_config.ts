import { fromHex, toHex } from "../encoding/bytes.ts";
import { Ini, IniError } from "../encoding/ini.ts";
import type { RepositoryMemory } from "./security.ts";

const VERSION = "1";
const CACHE = "cache";
const INTEGRITY = "integrity";

/** The file `config` of a cache (format reference 9.2). */
export class CacheConfig {
  /** The id of the manifest that the cache is in step with; undefined when with none. */
  manifestId: Uint8Array | undefined;
  memory: RepositoryMemory = {};
  /** Features of the repository that this program did not know when it used the cache. */
  readonly ignoredFeatures = new Set<string>();
  /** Features of the repository that this program did know. */
  readonly mandatoryFeatures = new Set<string>();
  /** Digests by file name, as `encoding/integrity.ts` writes them. */
  readonly digests = new Map<string, string>();

  constructor(readonly repositoryId: Uint8Array) {}

  /** Reads the file of this repository's cache; undefined when it is not one that can be used. */
  static parse(text: string, repositoryId: Uint8Array): CacheConfig | undefined {
    const ini = parseIni(text);
    if (ini?.get(CACHE, "version") !== VERSION || ini.get(CACHE, "repository") !== toHex(repositoryId)) {
      return undefined;
    }
    const config = new CacheConfig(repositoryId);
    const manifest = ini.get(CACHE, "manifest") ?? "";
    if (/^[0-9a-f]{64}$/.test(manifest)) config.manifestId = fromHex(manifest);
    config.memory = readMemory(ini);
    for (const name of listIn(ini, "ignored_features")) config.ignoredFeatures.add(name);
    for (const name of listIn(ini, "mandatory_features")) config.mandatoryFeatures.add(name);
    if (ini.get(INTEGRITY, "manifest") === manifest) readDigests(ini, config.digests);
    return config;
  }

  format(): string {
    const ini = new Ini();
    const manifest = this.manifestId === undefined ? "" : toHex(this.manifestId);
    ini.set(CACHE, "version", VERSION);
    ini.set(CACHE, "repository", toHex(this.repositoryId));
    ini.set(CACHE, "manifest", manifest);
    const { location, timestamp, keyType } = this.memory;
    if (location !== undefined) ini.set(CACHE, "previous_location", location);
    if (timestamp !== undefined) ini.set(CACHE, "timestamp", timestamp);
    ini.set(CACHE, "ignored_features", [...this.ignoredFeatures].sort().join(","));
    ini.set(CACHE, "mandatory_features", [...this.mandatoryFeatures].sort().join(","));
    if (keyType !== undefined) ini.set(CACHE, "key_type", String(keyType));
    ini.set(INTEGRITY, "manifest", manifest);
    for (const [name, digest] of this.digests) ini.set(INTEGRITY, name, digest);
    return ini.format();
  }
}

function parseIni(text: string): Ini | undefined {
  try {
    return Ini.parse(text);
  } catch (error) {
    if (error instanceof IniError) return undefined;
    throw error;
  }
}

function readMemory(ini: Ini): RepositoryMemory {
  const location = ini.get(CACHE, "previous_location");
  const timestamp = ini.get(CACHE, "timestamp");
  const keyType = ini.get(CACHE, "key_type");
  return {
    ...(location === undefined ? {} : { location }),
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(keyType === undefined ? {} : { keyType: Number(keyType) }),
  };
}

function listIn(ini: Ini, name: string): string[] {
  return (ini.get(CACHE, name) ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
}

function readDigests(ini: Ini, digests: Map<string, string>): void {
  for (const name of ini.names(INTEGRITY)) {
    if (name !== "manifest") digests.set(name, ini.get(INTEGRITY, name)!);
  }
}
