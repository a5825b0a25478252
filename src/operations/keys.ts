import { type ExportForm, exportKey, importKey } from "../crypto/export.ts";
import { detectMode } from "../crypto/key.ts";
import { type KeyHome, type KeyStore, UnencryptedRepo } from "../crypto/key_store.ts";
import type { Mode } from "../crypto/modes.ts";
import { Passphrases } from "../crypto/passphrase.ts";
import type { Location } from "../repository/location.ts";
import type { Host } from "./host.ts";
import { keyStoreOf, readManifestObject, withManifest, withRepository } from "./opening.ts";

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
