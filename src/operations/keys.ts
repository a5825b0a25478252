import { type ExportForm, exportKey, importKey } from "../crypto/export.ts";
import { detectMode, migrateToRepokey, openPassphraseKey } from "../crypto/key.ts";
import { type KeyHome, type KeyStore, UnencryptedRepo } from "../crypto/key_store.ts";
import { type Mode, PASSPHRASE_MODE } from "../crypto/modes.ts";
import { Passphrases } from "../crypto/passphrase.ts";
import type { RelatedSecrets } from "../crypto/related_secrets.ts";
import { BorgError } from "../errors.ts";
import type { Location } from "../repository/location.ts";
import type { Host } from "./host.ts";
import { keyStoreOf, openRepositoryKey, readManifestObject, withManifest, withRepository } from "./opening.ts";

/** `data`: what the key of this repository does not allow. */
export class UnsuitableKey extends BorgError {
  constructor(reason: string) {
    super("CommandError", [reason]);
  }
}

/** The text of a repository's key for safekeeping. No passphrase is needed. */
export function exportRepositoryKey(host: Host, location: Location, form: ExportForm): Promise<string> {
  return withKeyStore(host, location, (mode, store) => exportKey(mode, store, form));
}

/**
 * Puts an exported key back.
 *
 * @param read the blob of the key of the repository with this id; undefined when nothing shall be imported after all
 * @returns where it is now
 */
export function importRepositoryKey(
  host: Host,
  location: Location,
  read: (repositoryId: Uint8Array) => Promise<Uint8Array | undefined>,
): Promise<KeyHome | undefined> {
  return withKeyStore(host, location, async (mode, store) => {
    if (mode.storage === "none") throw new UnencryptedRepo();
    const blob = await read(store.repository.id);
    return blob && await importKey(mode, store, blob);
  });
}

/**
 * Protects a repository's key with a new passphrase, and says where the key is. Throws UnencryptedRepo.
 *
 * @param lockWait seconds
 */
export function changePassphrase(host: Host, location: Location, lockWait: number): Promise<string> {
  return withManifest(host, location, { lock: "shared", lockWait, features: ["check"] }, async (unlocked) => {
    const { key, repository } = unlocked;
    if (key.home === undefined) throw new UnencryptedRepo();
    await key.changePassphrase(await new Passphrases(host.env, host.prompter).choose());
    return keyStoreOf(host, location, repository).nameOf(key.home);
  });
}

/**
 * Puts the secrets of a repository of passphrase mode, which come from its old passphrase, into the repository, under a new
 * passphrase. Throws UnsuitableKey when it is not of that mode, or any more.
 *
 * @param lockWait seconds
 */
export function migrateRepositoryKey(host: Host, location: Location, lockWait: number | undefined): Promise<void> {
  return withRepository(host, location, { lock: "exclusive", lockWait }, async (repository) => {
    const manifest = await readManifestObject(repository);
    const store = keyStoreOf(host, location, repository);
    if (detectMode(manifest) !== PASSPHRASE_MODE) throw new UnsuitableKey("The repository is not in passphrase mode.");
    if (await store.hasRepositoryKey()) throw new UnsuitableKey("The repository has a repokey already.");
    const passphrases = new Passphrases(host.env, host.prompter);
    await migrateToRepokey(await openPassphraseKey(manifest, store, passphrases), store, passphrases);
  });
}

/** What a related repository can be made with. Throws UnencryptedRepo, UnsuitableKey. */
export function relatedSecretsOf(host: Host, location: Location): Promise<RelatedSecrets> {
  return withRepository(host, location, { lock: "none", lockWait: 0 }, async (repository) => {
    const key = await openRepositoryKey(host, location, repository, await readManifestObject(repository));
    if (key.mode !== PASSPHRASE_MODE) return key.relatedSecrets;
    throw new UnsuitableKey('The repository is in passphrase mode: "borg key migrate-to-repokey" comes first.');
  });
}

/** Without a lock: a key must be within reach even when the repository is in use or cannot be written to. */
function withKeyStore<T>(
  host: Host,
  location: Location,
  use: (mode: Mode, store: KeyStore) => Promise<T>,
): Promise<T> {
  return withRepository(host, location, { lock: "none", lockWait: 0 }, async (repository) => {
    const mode = detectMode(await readManifestObject(repository));
    return await use(mode, keyStoreOf(host, location, repository));
  });
}
