import { BorgError, IntegrityError } from "../errors.ts";
import { open } from "./envelope.ts";
import { decodeKeyBlob, encodeKeyBlob, KeyBlobError, legacySeed } from "./key_blob.ts";
import { KeyfileInvalidError } from "./key_file.ts";
import { type KeyHome, type KeyStore, UnencryptedRepo } from "./key_store.ts";
import type { KeyMaterial } from "./material.ts";
import { type Mode, type ModeName, modeNamed, modeOfType, PASSPHRASE_MODE } from "./modes.ts";
import type { Passphrases } from "./passphrase.ts";
import { relate, type RelatedSecrets } from "./related_secrets.ts";
import { createSecrets, emptyMaterial, keyLength, materialOf, type Secrets, splitSeed } from "./secrets.ts";

/** `data`: the type byte that no mode has. */
export class UnsupportedPayloadError extends BorgError {
  constructor(type: number) {
    super("UnsupportedPayloadError", [type]);
  }
}

/** `data`: the text; a new repository must not overwrite another one's key file. */
export class KeyFileExists extends BorgError {
  constructor(path: string) {
    super("Error", [`Aborting because key in "${path}" already exists.`]);
  }
}

/** The secrets of an unlocked blob, and what is needed to write it again. */
interface Unlocked {
  readonly secrets: Secrets;
  readonly home: KeyHome;
  readonly passphrase: string;
}

/** An unlocked key. */
export class Key {
  readonly mode: Mode;
  readonly material: KeyMaterial;
  readonly #store: KeyStore;
  #unlocked: Unlocked | undefined;

  constructor(mode: Mode, material: KeyMaterial, store: KeyStore, unlocked?: Unlocked) {
    this.mode = mode;
    this.material = material;
    this.#store = store;
    this.#unlocked = unlocked;
  }

  /** Where the key is kept, undefined when nowhere. */
  get home(): KeyHome | undefined {
    return this.#unlocked?.home;
  }

  /** Whether the metadata of this repository must be authenticated; undefined when the key does not say. */
  get tamRequired(): boolean | undefined {
    return this.mode.storage === "none" ? false : this.#unlocked?.secrets.tamRequired;
  }

  /** Whether somebody with the repository alone can read it, as far as the key tells (format reference 6.6). */
  get logicallyEncrypted(): boolean {
    if (this.mode.envelope === "plain") return false;
    return this.mode.storage !== "repository" || this.#unlocked?.passphrase !== "";
  }

  /** What a related repository is made with. Throws UnencryptedRepo. */
  get relatedSecrets(): RelatedSecrets {
    const { secrets } = this.#requireUnlocked();
    return { idKey: secrets.idKey, chunkSeed: secrets.chunkSeed, keyName: this.mode.label };
  }

  /** Stores the same secrets under a new passphrase. Throws UnencryptedRepo. */
  async changePassphrase(passphrase: string): Promise<void> {
    await this.#save({ ...this.#requireUnlocked(), passphrase });
  }

  /** Stores whether metadata must be authenticated. Throws UnencryptedRepo. */
  async setTamRequired(tamRequired: boolean): Promise<void> {
    const unlocked = this.#requireUnlocked();
    await this.#save({ ...unlocked, secrets: { ...unlocked.secrets, tamRequired } });
  }

  #requireUnlocked(): Unlocked {
    if (!this.#unlocked) throw new UnencryptedRepo();
    return this.#unlocked;
  }

  async #save(unlocked: Unlocked): Promise<void> {
    await this.#store.save(unlocked.home, encodeKeyBlob(unlocked.secrets, unlocked.passphrase));
    this.#unlocked = unlocked;
  }
}

/** Makes and stores the key of a new repository. `related` comes from another repository's `relatedSecrets`. */
export async function createKey(
  name: ModeName,
  store: KeyStore,
  passphrases: Passphrases,
  related?: RelatedSecrets,
): Promise<Key> {
  const mode = modeNamed(name);
  const fresh = createSecrets(mode, store.repository.id);
  const secrets = related ? relate(mode, fresh, related) : fresh;
  if (mode.storage === "none") return new Key(mode, emptyMaterial(mode), store);
  const home = newHome(mode, store);
  const passphrase = await passphrases.choose();
  await store.save(home, encodeKeyBlob(secrets, passphrase));
  return new Key(mode, materialOf(mode, secrets), store, { secrets, home, passphrase });
}

function newHome(mode: Mode, store: KeyStore): KeyHome {
  if (mode.storage === "repository") return { kind: "repository" };
  const { directory } = store;
  if (directory.onlyFile !== undefined && directory.exists(directory.onlyFile)) {
    throw new KeyFileExists(directory.onlyFile);
  }
  return { kind: "file", path: directory.newPath(store.repository) };
}

export interface OpenKeyOptions {
  /** The workaround `authenticated_no_key`: read authenticated repositories without their key, checking nothing. */
  readonly authenticatedNoKey?: boolean;
}

/** The mode of a repository, from any stored object; normally its manifest. Throws UnsupportedPayloadError. */
export function detectMode(object: Uint8Array): Mode {
  const type = object[0];
  const mode = type === undefined ? undefined : modeOfType(type);
  if (!mode) throw new UnsupportedPayloadError(type ?? -1);
  return mode;
}

/** Unlocks the key of a repository, of the kind that its manifest (as stored) tells. */
export async function openKey(
  manifest: Uint8Array,
  store: KeyStore,
  passphrases: Passphrases,
  options: OpenKeyOptions = {},
): Promise<Key> {
  const mode = detectMode(manifest);
  if (mode === PASSPHRASE_MODE) return await openLegacy(manifest, store, passphrases);
  if (mode.storage === "none") return new Key(mode, emptyMaterial(mode), store);
  if (options.authenticatedNoKey && mode.envelope === "plain") return dummyKey(mode, store);
  return await openStored(mode, store, passphrases);
}

async function openStored(mode: Mode, store: KeyStore, passphrases: Passphrases): Promise<Key> {
  const home = store.locate(mode);
  const blob = await store.load(home);
  const unlocked = await passphrases.unlock(store.nameOf(home), (passphrase) => {
    const secrets = decodeBlob(blob, passphrase, store, home);
    return secrets && { secrets, home, passphrase };
  });
  const { idKey, macKey } = unlocked.secrets;
  if (idKey.length !== keyLength(mode) || macKey.length !== keyLength(mode)) {
    throw new KeyfileInvalidError(store.repository.name, store.nameOf(home));
  }
  return new Key(mode, materialOf(mode, unlocked.secrets), store, unlocked);
}

function decodeBlob(blob: Uint8Array, passphrase: string, store: KeyStore, home: KeyHome): Secrets | undefined {
  try {
    return decodeKeyBlob(blob, passphrase);
  } catch (cause) {
    if (!(cause instanceof KeyBlobError)) throw cause;
    throw new KeyfileInvalidError(store.repository.name, store.nameOf(home), { cause });
  }
}

/**
 * A repository of the passphrase mode whose key was moved into the repository is a repokey repository with old objects.
 * One that was not can still be read: its secrets are derived from the passphrase, and the manifest's MAC tells the
 * right one.
 */
async function openLegacy(manifest: Uint8Array, store: KeyStore, passphrases: Passphrases): Promise<Key> {
  if (await store.hasRepositoryKey()) return await openStored(modeNamed("repokey"), store, passphrases);
  return await openPassphraseKey(manifest, store, passphrases);
}

/** The key of a repository in passphrase mode, for `key migrate-to-repokey`. */
export async function openPassphraseKey(
  manifest: Uint8Array,
  store: KeyStore,
  passphrases: Passphrases,
): Promise<Key> {
  const { id, name } = store.repository;
  const material = await passphrases.unlock(name, (passphrase) => {
    const candidate = materialOf(PASSPHRASE_MODE, splitSeed(legacySeed(passphrase, id), id));
    return opens(candidate, manifest) ? candidate : undefined;
  });
  return new Key(PASSPHRASE_MODE, material, store);
}

function opens(material: KeyMaterial, object: Uint8Array): boolean {
  try {
    open(material, object);
    return true;
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

/**
 * Stores the secrets of a passphrase mode key in the repository: from now on it is a repokey repository. The key does not
 * demand authenticated metadata, for what the repository holds may be older than that: `upgrade --archives-tam` and
 * `upgrade --tam` come next.
 */
export async function migrateToRepokey(legacy: Key, store: KeyStore, passphrases: Passphrases): Promise<Key> {
  const mode = modeNamed("repokey");
  const { encKey, macKey, idKey, chunkSeed } = legacy.material;
  const secrets: Secrets = { encKey, macKey, idKey, chunkSeed, repositoryId: store.repository.id };
  const home: KeyHome = { kind: "repository" };
  const passphrase = await passphrases.choose();
  await store.save(home, encodeKeyBlob(secrets, passphrase));
  return new Key(mode, materialOf(mode, secrets), store, { secrets, home, passphrase });
}

function dummyKey(mode: Mode, store: KeyStore): Key {
  return new Key(mode, { ...emptyMaterial(mode), unchecked: true }, store);
}
