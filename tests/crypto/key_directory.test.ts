import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fromHex } from "../../src/encoding/bytes.ts";
import { KeyDirectory, keyFileName, KeyfileNotFoundError } from "../../src/crypto/key_directory.ts";
import { FIXTURES } from "./fixtures.ts";
import { temporaryFolder } from "./memory_store.ts";

const ID = fromHex(FIXTURES.keyfile.repositoryId);
const REPOSITORY = { id: ID, name: "/backup/repo", path: "/backup/repo" };

describe("keyFileName", () => {
  const name = (path: string, host?: string) => keyFileName({ ...REPOSITORY, path, host });

  it("replaces what is no letter, digit or underscore", () => {
    assert.equal(name("/srv/my-repo.1/"), "srv_my_repo_1");
    assert.equal(name("/./péché/数", "back-up.example"), "back_up_example__péché_数");
    assert.equal(name("rel_ative_"), "rel_ative");
  });

  it("is at most 100 characters long", () => {
    assert.equal(name("/" + "a".repeat(200)), "a".repeat(100));
    assert.equal(name("/" + "a".repeat(200), "host"), "host__" + "a".repeat(94));
  });
});

describe("KeyDirectory", () => {
  let root = "";
  before(() => {
    root = temporaryFolder();
  });
  after(() => rmSync(root, { recursive: true }));

  it("finds nothing where there is no folder", () => {
    const directory = new KeyDirectory(join(root, "missing"));
    assert.equal(directory.find(REPOSITORY), undefined);
    assert.throws(
      () => directory.locate(REPOSITORY),
      (error) => error instanceof KeyfileNotFoundError && error.data[1] === join(root, "missing"),
    );
  });

  it("finds the key among other things", () => {
    const folder = join(root, "many");
    mkdirSync(join(folder, "a-folder"), { recursive: true });
    symlinkSync("nowhere", join(folder, "b-dangling"));
    writeFileSync(join(folder, "c-empty"), "");
    writeFileSync(join(folder, "d-other"), FIXTURES["keyfile-blake2"].keyFile!);
    writeFileSync(join(folder, "e-mine"), FIXTURES.keyfile.keyFile!);
    const directory = new KeyDirectory(folder);
    assert.equal(directory.find(REPOSITORY), join(folder, "e-mine"));
    assert.ok(directory.read(REPOSITORY, join(folder, "e-mine")).length > 100);
  });

  it("follows links", () => {
    const folder = join(root, "linked");
    mkdirSync(folder);
    symlinkSync(join(root, "many", "e-mine"), join(folder, "link"));
    assert.equal(new KeyDirectory(folder).find(REPOSITORY), join(folder, "link"));
  });

  it("makes files for the owner only, and leaves nothing else", () => {
    const folder = join(root, "new", "keys");
    const directory = new KeyDirectory(folder);
    const path = directory.newPath(REPOSITORY);
    const blob = new Uint8Array(100).fill(5);
    directory.write(REPOSITORY, path, blob);
    assert.equal(path, join(folder, "backup_repo"));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(folder), ["backup_repo"]);
    assert.deepEqual(directory.read(REPOSITORY, path), blob);
  });

  it("numbers new names that are taken", () => {
    const folder = join(root, "taken");
    mkdirSync(folder);
    const directory = new KeyDirectory(folder);
    for (const name of ["backup_repo", "backup_repo.2"]) {
      assert.equal(directory.newPath(REPOSITORY), join(folder, name));
      writeFileSync(join(folder, name), "");
    }
    assert.equal(directory.newPath(REPOSITORY), join(folder, "backup_repo.3"));
  });

  it("uses only the file that is named", () => {
    const folder = join(root, "many");
    const only = join(root, "only");
    const directory = new KeyDirectory(folder, only);
    assert.equal(directory.find(REPOSITORY), undefined);
    assert.equal(directory.newPath(REPOSITORY), only);
    directory.write(REPOSITORY, only, new Uint8Array(50));
    assert.equal(directory.locate(REPOSITORY), only);
    assert.match(readFileSync(only, "latin1"), /^BORG_KEY [0-9a-f]{64}\nA+=*\n$/);
  });

  it("replaces a file with undecodable bytes in its name", () => {
    const only = join(root, "key-\udcff");
    const directory = new KeyDirectory(join(root, "many"), only);
    for (const filler of [1, 2]) {
      directory.write(REPOSITORY, only, new Uint8Array(30).fill(filler));
      assert.deepEqual(directory.read(REPOSITORY, only), new Uint8Array(30).fill(filler));
    }
  });
});
