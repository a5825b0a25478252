import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { toHex } from "../../src/encoding/bytes.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { open, seal } from "../../src/crypto/envelope.ts";
import { idHash, verifyId } from "../../src/crypto/id.ts";
import {
  createKey,
  detectMode,
  KeyFileExists,
  migrateToRepokey,
  openKey,
  UnsupportedPayloadError,
} from "../../src/crypto/key.ts";
import { legacySeed } from "../../src/crypto/key_blob.ts";
import { KeyfileNotFoundError } from "../../src/crypto/key_directory.ts";
import { KeyfileInvalidError } from "../../src/crypto/key_file.ts";
import { type KeyStore, RepoKeyNotFoundError, UnencryptedRepo } from "../../src/crypto/key_store.ts";
import { type ModeName, MODES, PASSPHRASE_MODE } from "../../src/crypto/modes.ts";
import { PassphraseWrong } from "../../src/crypto/passphrase.ts";
import { RelatedSecretsError } from "../../src/crypto/related_secrets.ts";
import { materialOf, splitSeed } from "../../src/crypto/secrets.ts";
import { verifyArchive, verifyManifest } from "../../src/crypto/tam.ts";
import { bytesOf, FIXTURES, inflate, PASSPHRASE } from "./fixtures.ts";
import { MODE_NAMES } from "./material.ts";
import { type MemoryConfig, passphrases, withKeyStore } from "./memory_store.ts";

const ID = new Uint8Array(32).fill(0x17);
const RIGHT = passphrases({ BORG_PASSPHRASE: PASSPHRASE });

/** The repository that BorgBackup wrote, as far as its key goes. */
async function withFixture(
  name: ModeName,
  use: (store: KeyStore, manifest: Uint8Array, config: MemoryConfig, folder: string) => Promise<void>,
): Promise<void> {
  const fixture = FIXTURES[name];
  await withKeyStore(bytesOf(fixture, "repositoryId"), async (store, config, folder) => {
    mkdirSync(store.directory.folder);
    if (fixture.keyFile) writeFileSync(join(store.directory.folder, "any-name"), fixture.keyFile);
    if (fixture.repositoryKey) config.blob = encodeText(fixture.repositoryKey);
    await use(store, bytesOf(fixture, "manifest"), config, folder);
  });
}

const encrypted = MODE_NAMES.filter((name) => name !== "none");

describe("repositories of BorgBackup", () => {
  for (const name of MODE_NAMES) {
    it(`open and verify in mode ${name}`, () =>
      withFixture(name, async (store, manifest) => {
        const key = await openKey(manifest, store, RIGHT);
        assert.equal(key.mode.name, name);
        assert.equal(key.tamRequired, name !== "none");
        assert.equal(key.logicallyEncrypted, /repokey|keyfile/.test(name));
        assert.equal(verifyManifest(key.material, inflate(open(key.material, manifest)), true), "verified");
        const id = bytesOf(FIXTURES[name], "archiveId");
        const archive = inflate(open(key.material, bytesOf(FIXTURES[name], "archive"), id));
        verifyId(key.material, id, archive);
        assert.equal(verifyArchive(key.material, archive, { required: true }), "verified");
      }));
  }

  for (const name of encrypted) {
    it(`refuse a wrong passphrase in mode ${name}`, () =>
      withFixture(name, async (store, manifest) => {
        const wrong = passphrases({ BORG_PASSPHRASE: "Correct horse" });
        await assert.rejects(openKey(manifest, store, wrong), PassphraseWrong);
      }));
  }

  for (const name of ["authenticated", "authenticated-blake2"] as const) {
    it(`can be read without the key in mode ${name}, if one insists`, () =>
      withFixture(name, async (store, manifest, config) => {
        config.blob = new Uint8Array(0);
        await assert.rejects(openKey(manifest, store, RIGHT), RepoKeyNotFoundError);
        const key = await openKey(manifest, store, passphrases({}), { authenticatedNoKey: true });
        assert.equal(verifyManifest(key.material, inflate(open(key.material, manifest)), true), "none");
        verifyId(key.material, ID, new Uint8Array(1));
        assert.throws(() => key.relatedSecrets, UnencryptedRepo);
      }));
  }

  it("cannot be read without the key when they are encrypted", () =>
    withFixture("repokey", async (store, manifest, config) => {
      config.blob = new Uint8Array(0);
      await assert.rejects(openKey(manifest, store, RIGHT, { authenticatedNoKey: true }), RepoKeyNotFoundError);
    }));

  it("need their key file", () =>
    withFixture("keyfile", async (store) => {
      const manifest = bytesOf(FIXTURES["keyfile-blake2"], "manifest");
      await withKeyStore(ID, async (empty) => {
        await assert.rejects(openKey(manifest, empty, RIGHT), KeyfileNotFoundError);
      });
      await assert.rejects(openKey(manifest, store, RIGHT), KeyfileInvalidError, "keys of another suite");
    }));
});

describe("detectMode", () => {
  it("knows every mode by its type byte", () => {
    for (const mode of MODES) assert.equal(detectMode(Uint8Array.of(mode.type)), mode);
    assert.equal(detectMode(Uint8Array.of(1)), PASSPHRASE_MODE);
  });

  it("refuses others", () => {
    for (const bytes of [[], [8], [0x10], [0xff]]) {
      assert.throws(() => detectMode(Uint8Array.from(bytes)), UnsupportedPayloadError);
    }
  });
});

describe("createKey", () => {
  for (const name of MODE_NAMES) {
    it(`makes a key that opens again in mode ${name}`, () =>
      withKeyStore(ID, async (store, config) => {
        const made = await createKey(name, store, passphrases({ BORG_NEW_PASSPHRASE: "new" }));
        const manifest = seal(made.material, 0n, new Uint8Array(2));
        const opened = await openKey(manifest, store, passphrases({ BORG_PASSPHRASE: "new" }));
        assert.deepEqual(opened.material, made.material);
        assert.equal(opened.tamRequired, name !== "none");
        assert.equal(config.blob.length > 0, made.mode.storage === "repository");
        assert.equal(existsSync(join(store.directory.folder, "backup_repo")), made.mode.storage === "file");
        if (made.home?.kind === "file") assert.equal(statSync(made.home.path).mode & 0o777, 0o600);
      }));
  }

  it("gives every repository keys of its own", () =>
    withKeyStore(ID, async (store) => {
      const make = () => createKey("repokey-blake2", store, passphrases({ BORG_PASSPHRASE: "" }));
      const [first, second] = [await make(), await make()];
      assert.notDeepEqual(first.material.encKey, second.material.encKey);
      assert.notDeepEqual(first.material.idKey, second.material.idKey);
    }));

  it("does not overwrite the file that is named", () =>
    withKeyStore(ID, async (store, _, folder) => {
      writeFileSync(join(folder, "named"), "precious");
      const creation = createKey("keyfile", store, passphrases({ BORG_PASSPHRASE: "" }));
      await assert.rejects(creation, KeyFileExists);
      assert.equal(readFileSync(join(folder, "named"), "utf8"), "precious");
    }, "named"));

  it("shares ids and cut points with a related repository", () =>
    withKeyStore(ID, async (store) => {
      const fresh = passphrases({ BORG_PASSPHRASE: "" });
      const origin = await createKey("keyfile-blake2", store, fresh);
      const related = await createKey("repokey-blake2", store, fresh, origin.relatedSecrets);
      assert.equal(related.material.chunkSeed, origin.material.chunkSeed);
      assert.equal(toHex(idHash(related.material, ID)), toHex(idHash(origin.material, ID)));
      assert.notDeepEqual(related.material.encKey, origin.material.encKey);
      for (const name of ["repokey", "none"] as const) {
        await assert.rejects(createKey(name, store, fresh, origin.relatedSecrets), RelatedSecretsError);
      }
    }));
});

describe("Key", () => {
  for (const name of ["repokey", "keyfile-blake2", "authenticated"] as const) {
    it(`keeps its secrets under a new passphrase in mode ${name}`, () =>
      withFixture(name, async (store, manifest) => {
        const key = await openKey(manifest, store, RIGHT);
        await key.changePassphrase("better");
        await assert.rejects(openKey(manifest, store, RIGHT), PassphraseWrong);
        const reopened = await openKey(manifest, store, passphrases({ BORG_PASSPHRASE: "better" }));
        assert.deepEqual(reopened.material, key.material);
      }));
  }

  it("stores whether metadata must be authenticated, under the same passphrase", () =>
    withFixture("keyfile", async (store, manifest) => {
      const key = await openKey(manifest, store, RIGHT);
      await key.setTamRequired(false);
      assert.equal(key.tamRequired, false);
      assert.equal((await openKey(manifest, store, RIGHT)).tamRequired, false);
    }));

  it("does not hide much behind an empty passphrase in the repository", () =>
    withKeyStore(ID, async (store) => {
      const empty = passphrases({ BORG_PASSPHRASE: "" });
      assert.equal((await createKey("repokey", store, empty)).logicallyEncrypted, false);
      assert.equal((await createKey("keyfile", store, empty)).logicallyEncrypted, true);
    }));

  it("cannot be managed in mode none", () =>
    withFixture("none", async (store, manifest) => {
      const key = await openKey(manifest, store, passphrases({}));
      await assert.rejects(key.changePassphrase("x"), UnencryptedRepo);
      await assert.rejects(key.setTamRequired(true), UnencryptedRepo);
      assert.throws(() => key.relatedSecrets, UnencryptedRepo);
    }));
});

describe("passphrase mode", () => {
  const material = materialOf(PASSPHRASE_MODE, splitSeed(legacySeed("old", ID), ID));
  const manifest = seal(material, 7n, new TextEncoder().encode("manifest"));

  it("derives its keys from the passphrase", () =>
    withKeyStore(ID, async (store) => {
      const key = await openKey(manifest, store, passphrases({ BORG_PASSPHRASE: "old" }));
      assert.deepEqual(key.material, material);
      await assert.rejects(openKey(manifest, store, passphrases({ BORG_PASSPHRASE: "Old" })), PassphraseWrong);
    }));

  it("asks until the manifest can be read", () =>
    withKeyStore(ID, async (store) => {
      assert.deepEqual((await openKey(manifest, store, passphrases({}, "no", "old"))).material, material);
    }));

  it("becomes repokey", () =>
    withKeyStore(ID, async (store) => {
      const legacy = await openKey(manifest, store, passphrases({ BORG_PASSPHRASE: "old" }));
      await migrateToRepokey(legacy, store, passphrases({ BORG_PASSPHRASE: "new" }));
      const key = await openKey(manifest, store, passphrases({ BORG_PASSPHRASE: "new" }));
      assert.equal(key.mode.name, "repokey");
      assert.equal(new TextDecoder().decode(open(key.material, manifest)), "manifest");
      assert.equal(seal(key.material, 9n, ID)[0], 0x03);
    }));
});
