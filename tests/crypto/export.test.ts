import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { decodeText, encodeText } from "../../src/encoding/path.ts";
import { exportKey, importKey, NotABorgKeyFile, parseExportedKey, RepoIdMismatch } from "../../src/crypto/export.ts";
import { formatKeyFile } from "../../src/crypto/key_file.ts";
import { UnencryptedRepo } from "../../src/crypto/key_store.ts";
import { modeNamed } from "../../src/crypto/modes.ts";
import { bytesOf, FIXTURES } from "./fixtures.ts";
import { withKeyStore } from "./memory_store.ts";

const REPOKEY = FIXTURES["repokey-blake2"];
const REPOKEY_ID = bytesOf(REPOKEY, "repositoryId");
const KEYFILE = FIXTURES.keyfile;
const KEYFILE_ID = bytesOf(KEYFILE, "repositoryId");
const REPOKEY_TEXT = `BORG_KEY ${REPOKEY.repositoryId}\n${REPOKEY.repositoryKey!.replaceAll("\t", "")}\n`;

describe("exportKey", () => {
  it("gives a repository's key in the form of a key file", () =>
    withKeyStore(REPOKEY_ID, async (store, config) => {
      config.blob = encodeText(`\n${REPOKEY.repositoryKey}\n`);
      assert.equal(await exportKey(modeNamed("repokey-blake2"), store, "file"), REPOKEY_TEXT);
    }));

  it("gives a key file as it is", () =>
    withKeyStore(KEYFILE_ID, async (store) => {
      mkdirSync(store.directory.folder);
      writeFileSync(join(store.directory.folder, "x"), KEYFILE.keyFile!);
      assert.equal(await exportKey(modeNamed("keyfile"), store, "file"), KEYFILE.keyFile);
      assert.match(await exportKey(modeNamed("keyfile"), store, "paper"), /^BORG PAPER KEY v1$/m);
    }));

  it("puts the key into the text area of a page with its QR code", () =>
    withKeyStore(REPOKEY_ID, async (store, config) => {
      config.blob = encodeText(REPOKEY.repositoryKey!);
      const page = await exportKey(modeNamed("repokey-blake2"), store, "qr-html");
      assert.ok(page.includes(`>\n${REPOKEY_TEXT}</textarea>`));
      assert.match(page, /<svg [^]*<path d="M0 0h7v1h-7z/);
    }));

  it("has nothing to give in mode none", () =>
    withKeyStore(KEYFILE_ID, async (store) => {
      await assert.rejects(exportKey(modeNamed("none"), store, "file"), UnencryptedRepo);
    }));
});

describe("parseExportedKey", () => {
  const parse = (text: string) => parseExportedKey(encodeText(text), KEYFILE_ID);

  it("gives the blob", () => assert.equal(formatKeyFile(KEYFILE_ID, parse(KEYFILE.keyFile!)), KEYFILE.keyFile));

  it("refuses other files", () => {
    for (const text of ["", "hello\n", "BORG_KEY ", "BORG PAPER KEY v1\n", `BORG_KEY ${KEYFILE.repositoryId}\n`]) {
      assert.throws(() => parse(text), NotABorgKeyFile);
    }
  });

  it("refuses the keys of other repositories", () => assert.throws(() => parse(REPOKEY_TEXT), RepoIdMismatch));
});

describe("importKey", () => {
  const keyFileBlob = parseExportedKey(encodeText(KEYFILE.keyFile!), KEYFILE_ID);

  it("stores the key in the repository", () =>
    withKeyStore(REPOKEY_ID, async (store, config) => {
      const blob = parseExportedKey(encodeText(REPOKEY_TEXT), REPOKEY_ID);
      assert.deepEqual(await importKey(modeNamed("repokey-blake2"), store, blob), { kind: "repository" });
      assert.equal(decodeText(config.blob), REPOKEY.repositoryKey!.replaceAll("\t", ""));
    }));

  it("makes a key file", () =>
    withKeyStore(KEYFILE_ID, async (store) => {
      const path = join(store.directory.folder, "backup_repo");
      assert.deepEqual(await importKey(modeNamed("keyfile"), store, keyFileBlob), { kind: "file", path });
      assert.equal(readFileSync(path, "latin1"), KEYFILE.keyFile);
    }));

  it("replaces the existing key file", () =>
    withKeyStore(KEYFILE_ID, async (store) => {
      mkdirSync(store.directory.folder);
      const path = join(store.directory.folder, "mine");
      writeFileSync(path, formatKeyFile(KEYFILE_ID, new Uint8Array(40)));
      assert.deepEqual(await importKey(modeNamed("keyfile"), store, keyFileBlob), { kind: "file", path });
      assert.equal(readFileSync(path, "latin1"), KEYFILE.keyFile);
    }));

  it("writes the file that is named", () =>
    withKeyStore(KEYFILE_ID, async (store, _, folder) => {
      const home = await importKey(modeNamed("keyfile"), store, keyFileBlob);
      assert.deepEqual(home, { kind: "file", path: join(folder, "named") });
    }, "named"));

  it("has no place in mode none", () =>
    withKeyStore(KEYFILE_ID, async (store) => {
      await assert.rejects(importKey(modeNamed("none"), store, keyFileBlob), UnencryptedRepo);
    }));
});
