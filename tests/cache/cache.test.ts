import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type ArchiveMetadata, encodeArchive, sumsOf } from "../../src/archive/archive.ts";
import { MandatoryFeatureUnsupported } from "../../src/archive/errors.ts";
import type { Item } from "../../src/archive/item.ts";
import { Manifest } from "../../src/archive/manifest.ts";
import { Objects } from "../../src/archive/objects.ts";
import { Statistics } from "../../src/archive/statistics.ts";
import { AdHocCache, openWithoutSync } from "../../src/cache/ad_hoc.ts";
import { Cache, type CacheOptions } from "../../src/cache/cache.ts";
import { RepositoryAccessAborted } from "../../src/cache/errors.ts";
import { DEFAULT_FILES_CACHE_MODE } from "../../src/cache/files_cache_mode.ts";
import { repositoryTotals } from "../../src/cache/repository_totals.ts";
import { SecurityDirectory } from "../../src/cache/security.ts";
import { readCacheSettings } from "../../src/cache/settings.ts";
import { SILENT } from "../../src/cache/listener.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { MAX_VALUE } from "../../src/encoding/hash_index.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { LockTimeout } from "../../src/repository/lock.ts";
import { file, idOf, packed } from "../archive/items.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { entriesOf } from "./open_cache.ts";

const NOTHING = { size: 0, csize: 0, nfiles: 0, sizeParts: 0, csizeParts: 0, nfilesParts: 0 };

describe("the cache", () => {
  let base: string;
  let objects: Objects;
  let manifest: Manifest;
  let told: string[];

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), "vinculum-test-"));
    objects = new Objects(new MemoryRepository(), vectorMaterial("authenticated"));
    manifest = new Manifest();
    told = [];
    await manifest.save(objects, false);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const cachePath = () => join(base, "cache", toHex(objects.repository.id));
  const options = (more: Partial<CacheOptions> = {}): CacheOptions => ({
    path: cachePath(),
    objects,
    manifest,
    facts: { location: "/repo", keyType: 7, timestamp: manifest.timestamp, encrypted: true, plaintext: false },
    security: new SecurityDirectory(join(base, "security")),
    ask: () => Promise.resolve(false),
    identity: { hostId: "test@1", pid: process.pid },
    lockWait: 0,
    settings: readCacheSettings({}),
    listener: { ...SILENT, log: (_level, message, ...data) => void told.push([message, ...data].join(" ")) },
    ...more,
  });

  /** Opens the cache, uses it and closes it. */
  async function using<T>(use: (cache: Cache) => T | Promise<T>, more: Partial<CacheOptions> = {}): Promise<T> {
    const cache = await Cache.open(options(more));
    try {
      return await use(cache);
    } finally {
      await cache.close();
    }
  }

  const synchronized = (more: Partial<CacheOptions> = {}) =>
    using(async (cache) => {
      await cache.synchronize();
      return entriesOf(cache);
    }, more);

  async function store(text: string): Promise<Uint8Array> {
    return (await objects.write(encodeText(text), { name: "none" })).id;
  }

  /** Stores an archive of these items; one object per content, `chunks` of an item being texts. */
  async function addArchive(
    name: string,
    items: readonly Item[],
    sums: Partial<ArchiveMetadata> = NOTHING,
  ): Promise<Uint8Array> {
    const stream = await objects.write(packed(...items), { name: "none" });
    const metadata = { name, items: [stream.id], cmdline: [], time: "2024-01-01T00:00:00.000000", ...sums };
    const { id } = await objects.write(encodeArchive(objects.material, metadata), { name: "none" });
    manifest.archives.set(name, { id, time: metadata.time });
    await manifest.save(objects, false);
    return id;
  }

  it("is made with everything that BorgBackup expects in it", async () => {
    await synchronized();
    assert.deepEqual(readdirSync(cachePath()).sort(), [
      "README",
      "chunks",
      "chunks.archive.d",
      "config",
      "files",
      "pre12-meta",
    ]);
    assert.match(
      readFileSync(join(base, "cache/CACHEDIR.TAG"), "utf8"),
      /^Signature: 8a477f597d28d172789f06886806bc55/,
    );
    assert.equal(
      readFileSync(join(cachePath(), "README"), "utf8"),
      "This is a Borg Backup cache.\nSee https://borgbackup.readthedocs.io/\n",
    );
    assert.equal(readFileSync(join(cachePath(), "pre12-meta"), "utf8"), "{}");
    assert.deepEqual(Cache.readMemory(cachePath(), objects.repository.id), {
      location: "/repo",
      keyType: 7,
      timestamp: manifest.timestamp,
    });
  });

  it("counts archives, item chunks and file chunks, once for each occurrence", async () => {
    const content = await store("content");
    const stored = (await objects.repository.get(content)).length;
    const entry = { id: content, size: 7, csize: stored };
    const items = [file("a", [entry, entry]), file("b", []), { ...file("b.borg_part_1", [entry]), part: 1 }, file("d")];
    const healthy = { ...file("h", [entry]), chunksHealthy: [{ ...entry, id: idOf(9) }] };
    const first = await addArchive("first", [...items, healthy]);
    const second = await addArchive("second", [...items, healthy]);
    const { items: [stream] } = { items: [objects.idOf(packed(...items, healthy))] };
    await using(async (cache) => {
      await cache.synchronize();
      assert.equal(cache.chunks.count, 4);
      assert.deepEqual(cache.chunks.get(content), { refcount: 8, size: 7, csize: stored });
      assert.equal(cache.chunks.get(stream!)!.refcount, 2);
      assert.deepEqual([first, second].map((id) => cache.chunks.get(id)!.refcount), [1, 1]);
    });
  });

  it("comes to the same counts with and without those of single archives", async () => {
    const entry = { id: await store("x"), size: 1, csize: 0 };
    for (const name of ["a", "b", "c"]) await addArchive(name, [file(name, [entry])]);
    const withIndexes = await synchronized();
    assert.equal(readdirSync(join(cachePath(), "chunks.archive.d")).length, 6);
    Cache.destroy(cachePath());
    assert.deepEqual(
      await synchronized({ settings: readCacheSettings({ BORG_USE_CHUNKS_ARCHIVE: "no" }) }),
      withIndexes,
    );
    assert.equal(readdirSync(join(cachePath(), "chunks.archive.d")).length, 0);
    rmSync(join(cachePath(), "chunks.archive.d"), { recursive: true });
    writeFileSync(join(cachePath(), "chunks.archive.d"), "");
    manifest.archives.delete("c");
    await manifest.save(objects, false);
    assert.equal((await synchronized()).length, withIndexes.length - 2);
  });

  it("reads only archives that it does not know, and those whose counts are damaged", async () => {
    await addArchive("a", [file("a", [])]);
    const second = await addArchive("b", [file("b", [])]);
    await synchronized();
    const store = objects.repository as MemoryRepository;
    const third = await addArchive("c", [file("c", [])]);
    appendFileSync(join(cachePath(), "chunks.archive.d", `${toHex(second)}.compact`), "x");
    manifest.archives.delete("a");
    await manifest.save(objects, false);
    store.reads = 0;
    const entries = await synchronized();
    assert.equal(store.reads, 4);
    assert.deepEqual(told.filter((line) => line.startsWith("archive_index")).length, 1);
    const names = readdirSync(join(cachePath(), "chunks.archive.d"));
    assert.deepEqual(new Set(names.map((name) => name.split(".")[0])), new Set([toHex(second), toHex(third)]));
    Cache.destroy(cachePath());
    assert.deepEqual(await synchronized(), entries);
  });

  it("is not read again while the manifest stays the same", async () => {
    await addArchive("a", [file("a", [])]);
    const entries = await synchronized();
    (objects.repository as MemoryRepository).reads = 0;
    assert.deepEqual(await synchronized(), entries);
    assert.equal((objects.repository as MemoryRepository).reads, 0);
  });

  it("is built anew when its files are damaged or missing", async () => {
    await addArchive("a", [file("a", [])]);
    const entries = await synchronized();
    const damages: (() => void)[] = [
      () => appendFileSync(join(cachePath(), "chunks"), "x"),
      () => rmSync(join(cachePath(), "chunks")),
      () => writeFileSync(join(cachePath(), "config"), "[cache]\nversion = 9\n"),
      () => writeFileSync(join(cachePath(), "config"), "what"),
      () => rmSync(join(cachePath(), "config")),
      () => changeConfig("mandatory_features = ", "mandatory_features = unheard"),
    ];
    for (const [i, damage] of damages.entries()) {
      damage();
      await using((cache) => assert.equal(cache.isCurrent, false, `damage ${i}`));
      assert.deepEqual(await synchronized(), entries);
    }
    assert.equal(told.filter((line) => line.startsWith("cache.wiped")).length, 5);
  });

  const changeConfig = (from: string, to: string) => {
    const path = join(cachePath(), "config");
    writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
  };

  it("goes on without a files cache that is damaged", async () => {
    const facts = { ino: 1n, size: 1, mtime: 1n, ctime: 1n };
    const remember = (cache: Cache) => {
      const files = cache.files(DEFAULT_FILES_CACHE_MODE);
      files.memorize(idOf(1), facts, idOf(2));
      files.memorize(idOf(2), { ...facts, ctime: 2n }, idOf(2));
      cache.commit();
    };
    const count = (cache: Cache) => cache.files(DEFAULT_FILES_CACHE_MODE).count;
    const settings = readCacheSettings({ BORG_FILES_CACHE_SUFFIX: "Upper" });
    await using(remember, { settings });
    assert.equal(existsSync(join(cachePath(), "files.Upper")), true);
    assert.equal(await using(count, { settings }), 1);
    assert.equal(await using(count), 0);
    await using((cache) => cache.commit());
    assert.equal(await using(count, { settings }), 1);
    writeFileSync(join(cachePath(), "files.Upper"), "x");
    assert.equal(await using(count, { settings }), 0);
    assert.match(told.at(-1)!, /^files.damaged/);
  });

  it("does not touch the files cache when that is disabled", async () => {
    await using((cache) => {
      cache.files({ ...DEFAULT_FILES_CACHE_MODE, disabled: true }).memorize(idOf(1), {
        ino: 1n,
        size: 1,
        mtime: 1n,
        ctime: 1n,
      }, idOf(2));
      writeFileSync(join(cachePath(), "files"), "as it was");
      cache.commit();
    });
    assert.equal(readFileSync(join(cachePath(), "files"), "utf8"), "as it was");
  });

  it("keeps changes to itself until they are committed", async () => {
    await synchronized();
    await using((cache) => void cache.chunks.add(idOf(1), 1, 2, 3));
    assert.deepEqual(await synchronized(), []);
    await using((cache) => {
      cache.chunks.add(idOf(1), 1, 2, 3);
      cache.commit();
    });
    assert.equal((await synchronized()).length, 1);
  });

  it("is held by one process at a time", async () => {
    await using(async () => {
      const other = { identity: { hostId: "elsewhere@2", pid: 1 } };
      await assert.rejects(Cache.open(options(other)), LockTimeout);
    });
    await using(() => {}, { identity: { hostId: "elsewhere@2", pid: 1 } });
    mkdirSync(join(cachePath(), "lock.exclusive"));
    writeFileSync(join(cachePath(), "lock.exclusive", "elsewhere@2.1-0"), "");
    await assert.rejects(Cache.open(options()), LockTimeout);
    Cache.breakLock(cachePath(), options().identity);
    await using(() => {});
  });

  it("is not made when the checks before it fail, and follows the repository to a new place", async () => {
    const refused = { facts: { ...options().facts, encrypted: false } };
    await assert.rejects(Cache.open(options(refused)));
    assert.equal(existsSync(cachePath()), false);
    await synchronized();
    const moved = { facts: { ...options().facts, location: "/elsewhere" } };
    await assert.rejects(Cache.open(options(moved)), RepositoryAccessAborted);
    await using(() => {}, { ...moved, ask: () => Promise.resolve(true) });
    await using(() => {}, moved);
    assert.equal(Cache.readMemory(cachePath(), objects.repository.id)!.location, "/elsewhere");
  });

  it("is not synchronised with a repository that needs unknown features, and notes them", async () => {
    manifest.config.set("feature_flags", new Map([["read", new Map([["mandatory", [encodeText("unheard")]]])]]));
    await manifest.save(objects, false);
    await assert.rejects(synchronized(), MandatoryFeatureUnsupported);
    await using((cache) => cache.commit());
    assert.match(readFileSync(join(cachePath(), "config"), "utf8"), /^ignored_features = unheard$/m);
    await using((cache) => assert.equal(cache.isCurrent, true));
  });

  it("sums up archives, counting those that do not tell", async () => {
    const entry = { id: await store("content"), size: 7, csize: 50 };
    const statistics = new Statistics();
    statistics.addChunk(100, 60, true);
    await addArchive("new", [], sumsOf(statistics));
    const old = await addArchive("old", [file("a", [entry]), { ...file("p", [entry]), part: 1 }], {});
    await using(async (cache) => {
      const totals = () => repositoryTotals({ objects, manifest, oldSums: cache.oldSums, tam: {}, listener: SILENT });
      assert.deepEqual(await totals(), { totalSize: 107, totalCsize: 110 });
      await cache.synchronize();
      assert.deepEqual(await totals(), { totalSize: 107, totalCsize: 110 });
    });
    assert.deepEqual(JSON.parse(readFileSync(join(cachePath(), "pre12-meta"), "utf8")), {
      [toHex(old)]: { size: 7, csize: 50, nfiles: 1, size_parts: 7, csize_parts: 50, nfiles_parts: 1 },
    });
    await using((cache) => assert.equal(cache.oldSums.get(old)!.size, 7));
  });

  it("can be done without for one run", async () => {
    await synchronized();
    const current = await openWithoutSync(options());
    assert.ok(current instanceof Cache);
    await current.close();
    const id = await store("content");
    await addArchive("a", []);
    const adHoc = await openWithoutSync(options());
    assert.ok(adHoc instanceof AdHocCache);
    assert.equal(adHoc.chunks.count, 3);
    assert.deepEqual(adHoc.chunks.get(id), { refcount: MAX_VALUE, size: 0, csize: 0 });
    adHoc.files().memorize(idOf(1), { ino: 1n, size: 1, mtime: 1n, ctime: 1n }, idOf(1));
    assert.equal(adHoc.files().count, 0);
    const config = readFileSync(join(cachePath(), "config"), "utf8");
    adHoc.commit();
    await adHoc.close();
    assert.equal(readFileSync(join(cachePath(), "config"), "utf8"), config);
    assert.equal(options().security.read().timestamp, manifest.timestamp);
  });

  it("tells the steps of what it does", async () => {
    await addArchive("a", []);
    const steps: string[] = [];
    const listener = {
      log: () => {},
      progress: (...step: unknown[]) => void steps.push(step.join(" ")),
      finished: (operation: string) => void steps.push(operation),
    };
    await using(async (cache) => {
      await cache.synchronize();
      cache.files(DEFAULT_FILES_CACHE_MODE);
      cache.commit();
    }, { listener });
    const begin = ["config", "chunks", "files"].map((file, i) => `cache.begin_transaction ${i + 1} 3 ${file}`);
    const begun = [...begin, "cache.begin_transaction"];
    const saved = ["cache.commit 2 3 chunks", "cache.commit 3 3 config", "cache.commit"];
    assert.deepEqual(steps, [
      "cache.sync 1 1 a",
      "cache.sync",
      ...begun,
      ...saved,
      ...begun,
      "cache.commit 1 3 files",
      ...saved,
    ]);
  });

  it("leaves nothing behind when it is destroyed", async () => {
    await synchronized();
    Cache.destroy(cachePath());
    Cache.destroy(cachePath());
    Cache.breakLock(cachePath(), options().identity);
    assert.equal(existsSync(cachePath()), false);
  });
});
