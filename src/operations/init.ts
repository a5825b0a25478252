import { Manifest } from "../archive/manifest.ts";
import { Objects } from "../archive/objects.ts";
import { createKey, type Key } from "../crypto/key.ts";
import type { ModeName } from "../crypto/modes.ts";
import { NonceManager } from "../crypto/nonce.ts";
import { Passphrases } from "../crypto/passphrase.ts";
import type { RelatedSecrets } from "../crypto/related_secrets.ts";
import type { Location } from "../repository/location.ts";
import { LocalRepository } from "../repository/local/local_repository.ts";
import type { Repository } from "../repository/repository.ts";
import type { Host } from "./host.ts";
import { assertLocal, keyStoreOf, openCache, securityOf, type Unlocked } from "./opening.ts";

export interface InitOptions {
  readonly mode: ModeName;
  readonly appendOnly: boolean;
  readonly storageQuota: number | undefined;
  readonly makeParentDirs: boolean;
  readonly related: RelatedSecrets | undefined;
  readonly lockWait: number | undefined;
}

/** Makes a repository with its key and an empty manifest. When anything fails, nothing of the repository stays. */
export async function initRepository(host: Host, location: Location, options: InitOptions): Promise<Key> {
  assertLocal(location);
  const { appendOnly, storageQuota, makeParentDirs, lockWait } = options;
  const { identity, repositoryListener: listener } = host;
  const creation = { appendOnly, storageQuota: storageQuota ?? 0, makeParentDirs, lockWait, identity, listener };
  const repository = await LocalRepository.create(location.path, creation);
  try {
    return await fill(host, location, repository, options);
  } catch (error) {
    await repository.destroy();
    throw error;
  } finally {
    await repository.close();
  }
}

async function fill(host: Host, location: Location, repository: Repository, options: InitOptions): Promise<Key> {
  const passphrases = new Passphrases(host.env, host.prompter);
  const key = await createKey(options.mode, keyStoreOf(host, location, repository), passphrases, options.related);
  const unlocked = unlockedNew(host, location, repository, key);
  const { manifest, objects, tamRequired, security } = unlocked;
  await manifest.save(objects, tamRequired);
  await repository.commit();
  await (await openCache(host, unlocked, options.lockWait, true)).close();
  security.noteManifest(manifest);
  return key;
}

function unlockedNew(host: Host, location: Location, repository: Repository, key: Key): Unlocked {
  const security = securityOf(host, repository.id);
  const objects = new Objects(repository, key.material, new NonceManager(repository, security.noncePath, 0n));
  return {
    repository,
    location,
    key,
    objects,
    security,
    manifest: new Manifest(),
    tamRequired: key.tamRequired ?? false,
  };
}
