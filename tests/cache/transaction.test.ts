import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { recover, replaceFiles } from "../../src/cache/transaction.ts";

describe("replacing the files of a cache", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vinculum-test-"));
    write("config", "old config");
    write("chunks", "old chunks");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const files = () => readdirSync(folder).sort();
  const NAMES = ["config", "chunks", "files"];

  it("leaves the new ones alone", () => {
    replaceFiles(folder, NAMES, () => {
      write("config", "new config");
      write("chunks", "new chunks");
    });
    recover(folder);
    assert.deepEqual([read("config"), read("chunks")], ["new config", "new chunks"]);
    assert.deepEqual(files(), ["chunks", "config"]);
  });

  it("brings the old ones back when it was interrupted", () => {
    const interrupted = () =>
      replaceFiles(folder, NAMES, () => {
        write("config", "half");
        rmSync(join(folder, "chunks"));
        throw new Error("power cut");
      });
    assert.throws(interrupted, /power cut/);
    assert.equal(existsSync(join(folder, "txn.active")), true);
    recover(folder);
    assert.deepEqual([read("config"), read("chunks"), read("files")], ["old config", "old chunks", ""]);
    assert.deepEqual(files(), NAMES.toSorted());
  });

  it("ignores a backup that was not complete, or was half deleted", () => {
    mkdirSync(join(folder, "txn.tmp"));
    writeFileSync(join(folder, "txn.tmp", "config"), "other");
    recover(folder);
    assert.equal(read("config"), "old config");
    assert.deepEqual(files(), ["chunks", "config"]);
    mkdirSync(join(folder, "txn.tmp"));
    replaceFiles(folder, NAMES, () => write("config", "new config"));
    assert.equal(read("config"), "new config");
  });

  it("can be recovered twice", () => {
    mkdirSync(join(folder, "txn.tmp"));
    writeFileSync(join(folder, "txn.tmp", "config"), "backup");
    renameSync(join(folder, "txn.tmp"), join(folder, "txn.active"));
    recover(folder);
    recover(folder);
    assert.equal(read("config"), "backup");
  });
});
