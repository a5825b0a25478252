import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { KeyDirectory } from "../../src/crypto/key_directory.ts";
import { bringKey, findOldKey } from "../../src/crypto/old_keys.ts";

const ID = new Uint8Array(32).fill(0xab);
const HEX = "ab".repeat(32);
const REPOSITORY = { id: ID, name: "/repo", path: "/repo" };

describe("old key files", () => {
  let root: string;
  const folder = (name: string) => join(root, name);
  const find = (directory = new KeyDirectory(folder("new"))) =>
    findOldKey(directory, { attic: folder("attic"), borg: folder("borg") }, REPOSITORY);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "vinculum-test-"));
    for (const name of ["attic", "borg", "new"]) mkdirSync(folder(name));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("are found by their first line, Attic's first", () => {
    assert.equal(find(), undefined);
    writeFileSync(folder("borg/b"), `BORG_KEY ${HEX}\ndata\n`);
    assert.deepEqual(find(), { origin: "borg", from: folder("borg/b"), to: folder("new/b") });
    writeFileSync(folder("attic/other"), `ATTIC KEY ${"00".repeat(32)}\ndata\n`);
    writeFileSync(folder("attic/wrong"), `BORG_KEY ${HEX}\ndata\n`);
    assert.equal(find()?.origin, "borg");
    writeFileSync(folder("attic/a"), `ATTIC KEY ${HEX}\ndata\n`);
    assert.deepEqual(find(), { origin: "attic", from: folder("attic/a"), to: folder("new/a") });
  });

  it("go to a name that is free, or to the one file that is wanted", () => {
    writeFileSync(folder("attic/a"), `ATTIC KEY ${HEX}\ndata\n`);
    writeFileSync(folder("new/a"), "of another repository");
    writeFileSync(folder("new/a.2"), "of a third one");
    assert.equal(find()?.to, folder("new/a.3"));
    assert.equal(find(new KeyDirectory(folder("new"), folder("own")))?.to, folder("own"));
  });

  it("of Attic are copied with another first line, those of BorgBackup moved", () => {
    const attic = `ATTIC KEY ${HEX}\nATTIC KEY in the data\n`;
    writeFileSync(folder("attic/a"), attic);
    bringKey({ origin: "attic", from: folder("attic/a"), to: folder("made/a") });
    assert.equal(readFileSync(folder("made/a"), "utf8"), `BORG_KEY ${HEX}\nATTIC KEY in the data\n`);
    assert.equal(statSync(folder("made/a")).mode & 0o777, 0o600);
    assert.equal(readFileSync(folder("attic/a"), "utf8"), attic);
    writeFileSync(folder("borg/b"), `BORG_KEY ${HEX}\ndata\n`);
    bringKey({ origin: "borg", from: folder("borg/b"), to: folder("made/b") });
    assert.equal(readFileSync(folder("made/b"), "utf8"), `BORG_KEY ${HEX}\ndata\n`);
    assert.equal(existsSync(folder("borg/b")), false);
  });

  it("are not looked for where there is no folder", () => {
    for (const name of ["attic", "borg"]) rmSync(folder(name), { recursive: true });
    assert.equal(find(), undefined);
  });
});
