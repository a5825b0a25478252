import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArchiveMetadata, encodeArchive } from "../../src/archive/archive.ts";
import type { ChunkEntry, Item } from "../../src/archive/item.ts";
import { Manifest } from "../../src/archive/manifest.ts";
import { Objects } from "../../src/archive/objects.ts";
import { Cache } from "../../src/cache/cache.ts";
import { SecurityDirectory } from "../../src/cache/security.ts";
import { readCacheSettings } from "../../src/cache/settings.ts";
import { modeNamed } from "../../src/crypto/modes.ts";
import { Key } from "../../src/crypto/key.ts";
import type { KeyStore } from "../../src/crypto/key_store.ts";
import { encodeText } from "../../src/encoding/path.ts";
import type { Host } from "../../src/operations/host.ts";
import type { Cached } from "../../src/operations/opening.ts";
import type { Reporter } from "../../src/operations/reporter.ts";
import { packed } from "../archive/items.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { fakeHost } from "./fake_host.ts";

const NO_SUMS = { size: 0, csize: 0, nfiles: 0, sizeParts: 0, csizeParts: 0, nfilesParts: 0 };

/** What was reported, one text each. */
export class Recorder implements Reporter {
  readonly told: string[] = [];

  fileStatus(status: string, path: string): void {
    this.told.push(`${status} ${path}`);
  }

  listed(path: string): void {
    this.told.push(path);
  }

  error(problem: Error): void {
    this.told.push(`error ${problem.message}`);
  }

  warning(problem: Error): void {
    this.told.push(`warning ${problem.message}`);
  }

  note(level: string, message: string, ..._data: unknown[]): void {
    this.told.push(`${level} ${message}`);
  }

  archiveProgress(): void {}
  archiveFinished(): void {}
  working(): void {}

  begin(): { advance(): void; finish(): void } {
    return { advance: () => {}, finish: () => {} };
  }
}

/** A repository in memory with archives and a cache on disk. */
export class Stage {
  readonly repository = new MemoryRepository();
  readonly objects = new Objects(this.repository, vectorMaterial("authenticated"));
  readonly manifest = new Manifest();
  readonly reporter = new Recorder();
  readonly stop = new AbortController();
  readonly host: Host;
  /** Milliseconds. */
  time = 0;
  readonly #base = mkdtempSync(join(tmpdir(), "vinculum-test-"));

  constructor() {
    this.host = fakeHost({ monotonic: () => this.time, stopSoon: this.stop.signal });
  }

  /** Stores a text as a chunk. */
  async chunk(text: string): Promise<ChunkEntry> {
    const plaintext = encodeText(text);
    const { id, csize } = await this.objects.write(plaintext, { name: "none" });
    return { id, size: plaintext.length, csize };
  }

  /** Stores an archive; each list of items is a chunk of the item stream. Gives the ids of these chunks. */
  async archive(name: string, parts: readonly Item[][], more: Partial<ArchiveMetadata> = NO_SUMS) {
    const items: Uint8Array[] = [];
    for (const part of parts) items.push((await this.objects.write(packed(...part), { name: "none" })).id);
    const metadata = { name, items, cmdline: ["borg"], time: "2024-01-01T00:00:00.000000", ...more };
    const { id } = await this.objects.write(encodeArchive(this.objects.material, metadata), { name: "none" });
    this.manifest.archives.set(name, { id, time: metadata.time });
    return items;
  }

  /** Opens everything with a cache that is in step. */
  async use<T>(use: (cached: Cached) => Promise<T>): Promise<T> {
    const { objects, manifest, repository } = this;
    await manifest.save(objects, false);
    const cache = await this.#openCache();
    try {
      await cache.synchronize();
      return await use({
        repository,
        objects,
        manifest,
        cache,
        location: { kind: "local", path: "/repo" },
        key: new Key(modeNamed("authenticated"), objects.material, {} as KeyStore),
        security: this.#security,
        tamRequired: false,
      });
    } finally {
      await cache.close();
    }
  }

  remove(): void {
    rmSync(this.#base, { recursive: true });
  }

  get #security(): SecurityDirectory {
    return new SecurityDirectory(join(this.#base, "security"));
  }

  #openCache(): Promise<Cache> {
    return Cache.open({
      path: join(this.#base, "cache", "repository"),
      objects: this.objects,
      manifest: this.manifest,
      facts: { location: "/repo", keyType: 7, timestamp: this.manifest.timestamp, encrypted: true, plaintext: false },
      security: this.#security,
      ask: () => Promise.resolve(false),
      identity: this.host.identity,
      lockWait: 0,
      settings: readCacheSettings({}),
    });
  }
}
