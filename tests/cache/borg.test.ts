import assert from "node:assert/strict";
import { appendFileSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Cache } from "../../src/cache/cache.ts";
import { FilesCache } from "../../src/cache/files_cache.ts";
import { DEFAULT_FILES_CACHE_MODE, parseFilesCacheMode } from "../../src/cache/files_cache_mode.ts";
import { idHash } from "../../src/crypto/id.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { Sandbox, theirs } from "../interop/harness.ts";
import { requirePeer } from "../interop/requirements.ts";
import { entriesOf, type OpenForCache, openForCache } from "./open_cache.ts";

const SYNC_MESSAGE = "Synchronizing chunks cache";

describe("the cache that BorgBackup and we share", requirePeer("borg"), () => {
  let sandbox: Sandbox;
  let repository: string;
  let base: string;

  before(() => {
    sandbox = new Sandbox();
    repository = sandbox.path("repository");
    base = sandbox.folder("base-theirs");
    makeTree(sandbox.folder("tree"));
    borg("init", "-e", "repokey-blake2", repository);
    create("first");
    appendFileSync(sandbox.path("tree/b"), "more");
    create("second");
  });
  after(() => sandbox.remove());

  const borg = (...args: string[]) => sandbox.succeed(theirs, args, { base });
  const create = (name: string, ...options: string[]) => borg("create", ...options, `${repository}::${name}`, "tree");

  /** Opens the cache under `place`, uses it and closes everything. */
  async function withOurs<T>(use: (cache: Cache, open: OpenForCache) => T | Promise<T>, place = base): Promise<T> {
    const open = await openForCache(repository, place);
    const cache = await Cache.open(open.options);
    try {
      return await use(cache, open);
    } finally {
      await cache.close();
      await open.repository.close();
    }
  }

  const readCurrent = () =>
    withOurs((cache) => {
      assert.equal(cache.isCurrent, true);
      return entriesOf(cache);
    });

  /** The counts as we find them from nothing, in a place where no cache was. */
  const rebuild = () =>
    withOurs(async (cache) => {
      assert.equal(cache.isCurrent, false);
      await cache.synchronize();
      assert.equal(cache.isCurrent, true);
      return entriesOf(cache);
    }, sandbox.folder(`base-new-${Math.random()}`));

  it("is read by us without a synchronisation", async () => {
    const entries = await readCurrent();
    assert.ok(entries.length > 10);
    assert.deepEqual(await rebuild(), entries);
  });

  it("is used by BorgBackup after we built it", async () => {
    rmSync(join(base, ".cache"), { recursive: true });
    await withOurs((cache) => cache.synchronize());
    const info = sandbox.run(theirs, ["info", "--debug", repository], { base });
    assert.equal(info.status, 0, info.stderr);
    assert.doesNotMatch(info.stderr, new RegExp(SYNC_MESSAGE));
    assert.match(info.stdout, /Unique chunks/);
    assert.deepEqual(await readCurrent(), await rebuild());
  });

  it("keeps counts of single archives that both build and read", async () => {
    const elsewhere = sandbox.folder("base-elsewhere");
    rmSync(join(base, ".cache"), { recursive: true });
    borg("info", repository);
    sandbox.succeed(theirs, ["create", `${repository}::third`, "tree"], { base: elsewhere });
    sandbox.succeed(theirs, ["delete", `${repository}::first`], { base: elsewhere });
    await withOurs(async (cache, { repository: store }) => {
      assert.equal(cache.isCurrent, false);
      let gets = 0;
      const get = store.get.bind(store);
      store.get = (id) => (gets++, get(id));
      await cache.synchronize();
      assert.ok(gets <= 2, "only the new archive and its one chunk of items are read");
      assert.equal(readdirSync(join(cache.path, "chunks.archive.d")).length, 4);
    });
    const entries = await readCurrent();
    assert.deepEqual(await rebuild(), entries);
    sandbox.succeed(theirs, ["create", `${repository}::fourth`, "tree/b"], { base: elsewhere });
    const info = sandbox.run(theirs, ["info", "--debug", repository], { base });
    assert.equal(info.status, 0, info.stderr);
    assert.match(info.stderr, new RegExp(SYNC_MESSAGE));
    assert.deepEqual(await readCurrent(), await rebuild());
  });

  it("learns the stored length of chunks that were written without a synchronised cache", async () => {
    const elsewhere = sandbox.folder("base-no-sync");
    appendFileSync(sandbox.path("tree/a"), "even more");
    sandbox.succeed(theirs, ["create", "--no-cache-sync", `${repository}::unsynchronised`, "tree"], {
      base: elsewhere,
    });
    borg("info", repository);
    const entries = await readCurrent();
    assert.ok(entries.every((entry) => !entry.endsWith(" 0")));
    assert.deepEqual(await rebuild(), entries);
  });

  it("knows the same files", async () => {
    rmSync(join(base, ".cache"), { recursive: true });
    create("files-1");
    await withOurs((cache, { key }) => {
      const files = cache.files(DEFAULT_FILES_CACHE_MODE);
      assert.ok(files.count > 10);
      for (const name of ["empty", "many/3", "big"]) {
        const path = sandbox.path("tree", name);
        const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
        const facts = { ino, size: Number(size), mtime: mtimeNs, ctime: ctimeNs };
        const match = files.match(idHash(key.material, encodeText(path)), facts);
        // Deno's node:fs has no nanoseconds.
        if (ctimeNs % 1000n !== 0n) assert.equal(match.state, "unchanged", name);
        assert.notEqual(match.state, "unknown", name);
      }
      cache.commit();
    });
    const listed = sandbox.run(theirs, ["create", "--list", `${repository}::files-2`, "tree"], { base });
    assert.equal(listed.status, 0, listed.stderr);
    assert.doesNotMatch(listed.stderr, new RegExp(SYNC_MESSAGE));
    assert.match(listed.stderr, /^U tree\/empty$/m);
    assert.match(listed.stderr, /^U tree\/many\/3$/m);
    assert.doesNotMatch(listed.stderr, /^M /m);
  });

  it("remembers the change time where no time is compared, as BorgBackup does", async () => {
    create("by-size", "--files-cache", "size");
    const path = sandbox.path("tree/many/4");
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    if (ctimeNs % 1000n === 0n) return;
    await withOurs((cache, { key }) => {
      const files = cache.files(parseFilesCacheMode("ctime,size"));
      const facts = { ino, size: Number(size), mtime: mtimeNs, ctime: ctimeNs };
      assert.equal(files.match(idHash(key.material, encodeText(path)), facts).state, "unchanged");
    });
  });

  it("survives a change of hands in the middle of a transaction", async () => {
    const before = await readCurrent();
    const cachePath = join(
      base,
      ".cache/borg",
      readdirSync(join(base, ".cache/borg")).find((name) => name.length === 64)!,
    );
    mkdirSync(join(cachePath, "txn.tmp"));
    for (const name of ["config", "chunks", "files"]) writeFileSync(join(cachePath, "txn.tmp", name), "rubbish");
    borg("info", repository);
    assert.deepEqual(await readCurrent(), before);
  });

  it("is checked by its digests", async () => {
    const before = await readCurrent();
    await withOurs((cache) => {
      cache.files(DEFAULT_FILES_CACHE_MODE);
      cache.commit();
      appendFileSync(join(cache.path, "chunks"), "x");
    });
    await withOurs(async (cache) => {
      assert.equal(cache.isCurrent, false);
      assert.equal(cache.chunks.count, 0);
      await cache.synchronize();
      assert.deepEqual(entriesOf(cache), before);
      assert.equal(cache.files(DEFAULT_FILES_CACHE_MODE).count, FilesCache.empty(DEFAULT_FILES_CACHE_MODE).count);
    });
    borg("check", repository);
  });
});

function makeTree(folder: string): void {
  mkdirSync(join(folder, "many"));
  for (let i = 0; i < 20; i++) writeFileSync(join(folder, "many", String(i)), `file ${i % 10}`);
  writeFileSync(join(folder, "a"), "a");
  writeFileSync(join(folder, "b"), "b");
  writeFileSync(join(folder, "empty"), "");
  const big = new Uint8Array(6_000_000);
  for (let i = 0; i < big.length; i++) big[i] = (i * i + (i >> 7)) & 255;
  writeFileSync(join(folder, "big"), big);
  linkSync(join(folder, "b"), join(folder, "hard link"));
  // Later than everything else, so that the files cache keeps the others.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  writeFileSync(join(folder, "newest"), "newest");
}
