import { rmSync } from "node:fs";
import { Manifest } from "../archive/manifest.ts";
import { Objects } from "../archive/objects.ts";
import { Cache } from "../cache/cache.ts";
import { createKey, type Key } from "../crypto/key.ts";
import type { ModeName } from "../crypto/modes.ts";
import { NonceManager } from "../crypto/nonce.ts";
import { fsPath } from "../crypto/private_file.ts";
import { Passphrases } from "../crypto/passphrase.ts";
import type { RelatedSecrets } from "../crypto/related_secrets.ts";
import type { Location } from "../repository/location.ts";
import { LocalRepository } from "../repository/local/local_repository.ts";
import type { Repository } from "../repository/repository.ts";
import type { Host } from "./host.ts";
import {
  cachePath,
  keyStoreOf,
  localAccess,
  openCache,
  openRemoteRepository,
  securityOf,
  type Unlocked,
} from "./opening.ts";

export interface InitOptions {
  readonly mode: ModeName;
  readonly appendOnly: boolean;
  readonly storageQuota: number | undefined;
  readonly makeParentDirs: boolean;
  readonly related: RelatedSecrets | undefined;
  readonly lockWait: number | undefined;
}

/**
 * Makes a repository with its key and an empty manifest. When anything fails, nothing of it stays: no directory, no key, no
 * memory. It is committed last, so that until then even an append-only one may be removed.
 */
export async function initRepository(host: Host, location: Location, options: InitOptions): Promise<Key> {
  const { lockWait } = options;
  const repository = await create(host, location, options);
  try {
    return await orElse(() => repository.destroy(), async () => {
      const passphrases = new Passphrases(host.env, host.prompter);
      const key = await createKey(options.mode, keyStoreOf(host, location, repository), passphrases, options.related);
      const unlocked = unlockedNew(host, location, repository, key);
      await orElse(() => forget(host, unlocked), () => fill(host, unlocked, lockWait));
      return key;
    });
  } finally {
    await repository.close();
  }
}

function create(host: Host, location: Location, options: InitOptions): Promise<Repository> {
  const { appendOnly, storageQuota, makeParentDirs, lockWait } = options;
  if (location.kind === "ssh") {
    const create = { appendOnly, makeParentDirs };
    return openRemoteRepository(host, location, { lock: "exclusive", lockWait, create, storageQuota });
  }
  const creation = { appendOnly, storageQuota: storageQuota ?? 0, makeParentDirs };
  return LocalRepository.create(location.path, { ...creation, ...localAccess(host, lockWait) });
}

async function fill(host: Host, unlocked: Unlocked, lockWait: number | undefined): Promise<void> {
  const { repository, manifest, objects, tamRequired, security } = unlocked;
  await manifest.save(objects, tamRequired);
  const cache = await openCache(host, unlocked, lockWait, true);
  try {
    await cache.synchronize();
  } finally {
    await cache.close();
  }
  security.noteManifest(manifest);
  await repository.commit();
}

/** Removes what this machine keeps of the repository beside the repository itself. */
function forget(host: Host, { repository, key, security }: Unlocked): void {
  if (key.home?.kind === "file") rmSync(fsPath(key.home.path), { force: true });
  security.destroy();
  Cache.destroy(cachePath(host, repository.id));
}

/** Does `action`; when it fails, does `undo` and reports the failure all the same, even if `undo` fails as well. */
async function orElse<T>(undo: () => void | Promise<void>, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await Promise.allSettled([(async () => await undo())()]);
    throw error;
  }
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
