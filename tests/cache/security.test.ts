import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Manifest } from "../../src/archive/manifest.ts";
import {
  CacheInitAbortedError,
  EncryptionMethodMismatch,
  RepositoryAccessAborted,
  RepositoryIDNotUnique,
  RepositoryReplay,
} from "../../src/cache/errors.ts";
import {
  type AccessQuestion,
  checkAccess,
  type RepositoryFacts,
  type RepositoryMemory,
  SecurityDirectory,
} from "../../src/cache/security.ts";

const FACTS: RepositoryFacts = {
  location: "/repo",
  keyType: 3,
  timestamp: "2024-02-03T04:05:06.000000",
  encrypted: true,
  plaintext: false,
};
const PLAIN: RepositoryFacts = { ...FACTS, keyType: 2, encrypted: false, plaintext: true };

describe("the checks before a repository is trusted", () => {
  let directory: SecurityDirectory;
  let asked: AccessQuestion[];

  beforeEach(() => {
    directory = new SecurityDirectory(join(mkdtempSync(join(tmpdir(), "vinculum-test-")), "security", "id"));
    asked = [];
  });
  afterEach(() => rmSync(join(directory.path, "../.."), { recursive: true }));

  const check = (facts: RepositoryFacts, answer = false, more: { cached?: RepositoryMemory; isNew?: boolean } = {}) =>
    checkAccess({
      directory,
      facts,
      ...more,
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    });

  it("remember an encrypted repository without asking", async () => {
    await check(FACTS);
    assert.deepEqual(asked, []);
    assert.deepEqual(directory.read(), { location: "/repo", keyType: 3, timestamp: FACTS.timestamp });
    assert.equal(readFileSync(join(directory.path, "location"), "utf8"), "/repo");
    assert.equal(readFileSync(join(directory.path, "key-type"), "utf8"), "3");
    assert.equal(readFileSync(join(directory.path, "manifest-timestamp"), "utf8"), FACTS.timestamp);
    assert.equal(statSync(join(directory.path, "location")).mode & 0o777, 0o600);
  });

  it("ask before an unencrypted one that is not known, unless it was just made", async () => {
    await assert.rejects(check(PLAIN), CacheInitAbortedError);
    assert.deepEqual(asked, [{ kind: "unknown-unencrypted" }]);
    assert.deepEqual(directory.read(), {});
    await check(PLAIN, true);
    await check(PLAIN);
    assert.equal(asked.length, 2);
    directory.destroy();
    await check(PLAIN, false, { isNew: true });
    assert.equal(asked.length, 2);
    assert.equal(directory.read().keyType, 2);
  });

  it("ask when the repository is elsewhere, and remember its new place", async () => {
    await check(FACTS);
    const moved = { ...FACTS, location: "ssh://h/./r" };
    await assert.rejects(check(moved), RepositoryAccessAborted);
    assert.deepEqual(asked, [{ kind: "relocated", previous: "/repo", current: "ssh://h/./r" }]);
    await check(moved, true);
    assert.equal(directory.read().location, "ssh://h/./r");
    assert.equal(directory.read().timestamp, FACTS.timestamp);
  });

  it("believe the cache more than the security directory about the place", async () => {
    await check(FACTS);
    await assert.rejects(check(FACTS, false, { cached: { location: "/other" } }), RepositoryAccessAborted);
    await check({ ...FACTS, location: "/other" }, false, { cached: { location: "/other" } });
    await check({ ...FACTS, location: "ssh://h/./r" }, false, { cached: { location: "ssh://h/~/r" } });
  });

  it("refuse another type of key", async () => {
    await check(FACTS);
    await assert.rejects(check({ ...FACTS, keyType: 5 }), EncryptionMethodMismatch);
    await assert.rejects(check(FACTS, false, { cached: { keyType: 2 } }), EncryptionMethodMismatch);
    directory.destroy();
    await assert.rejects(check(FACTS, false, { cached: { keyType: 2 } }), EncryptionMethodMismatch);
  });

  it("refuse a manifest that is older than one seen before", async () => {
    const older = "2024-02-03T04:05:05.999999";
    const newer = "2024-02-03T04:05:06.000001";
    await check(FACTS);
    await check({ ...FACTS, timestamp: newer });
    await assert.rejects(check({ ...FACTS, timestamp: older }), RepositoryReplay);
    await assert.rejects(check(FACTS, false, { cached: { timestamp: newer } }), RepositoryReplay);
    directory.destroy();
    await check(PLAIN, true);
    await assert.rejects(check({ ...PLAIN, timestamp: older }), RepositoryIDNotUnique);
  });

  it("come in their order", async () => {
    await check(PLAIN, true);
    const wrong = { ...PLAIN, location: "/x", keyType: 7, timestamp: "2000-01-01T00:00:00.000000" };
    await assert.rejects(check(wrong), RepositoryAccessAborted);
    await assert.rejects(check(wrong, true), EncryptionMethodMismatch);
    rmSync(join(directory.path, "location"));
    await assert.rejects(check(wrong), CacheInitAbortedError);
  });

  it("follow an authenticated manifest that wants to be so for good", () => {
    const manifest = new Manifest();
    const marker = join(directory.path, "tam_required");
    manifest.config.set("tam_required", true);
    directory.noteManifest(manifest);
    assert.equal(existsSync(marker), false);
    manifest.tam = "verified";
    directory.noteManifest(manifest);
    assert.equal(directory.tamRequired, true);
    assert.equal(readFileSync(marker).length, 0);
    manifest.config.delete("tam_required");
    directory.noteManifest(manifest);
    assert.equal(directory.tamRequired, false);
    directory.noteManifest(manifest);
  });
});
