import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { bringCacheFile, findAtticCache } from "../../src/cache/attic_cache.ts";

describe("Attic's cache", () => {
  let root: string;
  const path = (name: string) => join(root, name);
  const find = () => findAtticCache(path("attic"), path("borg"));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "vinculum-test-"));
    mkdirSync(path("attic"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is taken over file by file, the configuration last", () => {
    assert.deepEqual(find(), []);
    for (const name of ["config", "files", "README", "chunks"]) writeFileSync(path(`attic/${name}`), name);
    const names = ["chunks", "files", "config"];
    assert.deepEqual(find(), names.map((name) => ({ from: path(`attic/${name}`), to: path(`borg/${name}`) })));
    rmSync(path("attic/files"));
    assert.equal(find().length, 2);
  });

  it("is left where it is when there is one of BorgBackup", () => {
    writeFileSync(path("attic/chunks"), "");
    mkdirSync(path("borg"));
    assert.equal(find().length, 1);
    writeFileSync(path("borg/config"), "");
    assert.deepEqual(find(), []);
  });

  it("gets another first word in its chunk index only", () => {
    writeFileSync(path("attic/chunks"), "ATTICIDX ATTICIDX");
    writeFileSync(path("attic/files"), "ATTIC files");
    for (const name of ["chunks", "files"]) bringCacheFile({ from: path(`attic/${name}`), to: path(`borg/${name}`) });
    assert.equal(readFileSync(path("borg/chunks"), "utf8"), "BORG_IDX ATTICIDX");
    assert.equal(readFileSync(path("borg/files"), "utf8"), "ATTIC files");
    assert.equal(readFileSync(path("attic/chunks"), "utf8"), "ATTICIDX ATTICIDX");
    assert.equal(statSync(path("borg/chunks")).mode & 0o777, 0o600);
  });
});
