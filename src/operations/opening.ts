import { type FeatureOperation, requireFeatures } from "../archive/features.ts";
import { Manifest } from "../archive/manifest.ts";
import { NoManifestError } from "../archive/errors.ts";
import { Objects } from "../archive/objects.ts";
import { type ChunkCache, openWithoutSync } from "../cache/ad_hoc.ts";
import { Cache, type CacheOptions } from "../cache/cache.ts";
import { checkAccess, factsOf, SecurityDirectory } from "../cache/security.ts";
import { readCacheSettings } from "../cache/settings.ts";
import { nonceAfter } from "../crypto/envelope.ts";
import { type Key, openKey } from "../crypto/key.ts";
import { KeyDirectory } from "../crypto/key_directory.ts";
import { KeyStore } from "../crypto/key_store.ts";
import { NonceManager } from "../crypto/nonce.ts";
import type { ArchiveTamOptions } from "../crypto/tam.ts";
import { Passphrases } from "../crypto/passphrase.ts";
import { toHex } from "../encoding/bytes.ts";
import { cacheDirectory, keysDirectory, securityDirectory, within } from "../platform/directories.ts";
import { BorgError } from "../errors.ts";
import { ObjectNotFound } from "../repository/errors.ts";
import { canonicalLocation, type Location } from "../repository/location.ts";
import { type AccessOptions, LocalRepository } from "../repository/local/local_repository.ts";
import { openRemote, type RemoteRequest } from "../repository/remote/access.ts";
import type { RemoteRepository } from "../repository/remote/remote_repository.ts";
import { MANIFEST_ID, type Repository } from "../repository/repository.ts";
import { workarounds } from "./workarounds.ts";
import type { Host } from "./host.ts";

export type LockKind = "none" | "shared" | "exclusive";

export interface OpenOptions {
  readonly lock: LockKind;
  /** Seconds; undefined = for ever. */
  readonly lockWait: number | undefined;
}

/** A repository whose key is known and whose manifest has been verified. */
export interface Unlocked {
  readonly repository: Repository;
  readonly location: Location;
  readonly key: Key;
  readonly objects: Objects;
  readonly manifest: Manifest;
  readonly security: SecurityDirectory;
  /** Whether the repository's metadata must be authenticated. */
  readonly tamRequired: boolean;
}

/** The same with the local cache, which has been brought in step with the repository. */
export interface Cached extends Unlocked {
  readonly cache: Cache;
}

/** The same with as much of a cache as writing an archive needs. */
export interface Writable extends Unlocked {
  readonly cache: ChunkCache;
}

/** Opens a repository, hands it over, and closes it whatever happens. */
export async function withRepository<T>(
  host: Host,
  location: Location,
  options: OpenOptions,
  use: (repository: Repository) => Promise<T>,
): Promise<T> {
  if (location.kind === "local") return await withLocalRepository(host, location, options, use);
  const repository = await openRemoteRepository(host, location, options);
  try {
    return await use(repository);
  } finally {
    await repository.close();
  }
}

/** The same for what can only be done on the machine that has the repository. */
export async function withLocalRepository<T>(
  host: Host,
  location: Location,
  { lock, lockWait }: OpenOptions,
  use: (repository: LocalRepository) => Promise<T>,
): Promise<T> {
  assertLocal(location);
  const repository = await LocalRepository.open(location.path, { lock, ...localAccess(host, lockWait) });
  try {
    return await use(repository);
  } finally {
    await repository.close();
  }
}

/** What a repository of this machine is opened or made with. */
export function localAccess(host: Host, lockWait: number | undefined): AccessOptions {
  const { identity, repositoryListener: listener, files } = host;
  return { lockWait, checkAbort: () => checkWait(host), identity, listener, ...(files && { files }) };
}

/** Opens a repository on another machine, or makes it. */
export async function openRemoteRepository(
  host: Host,
  location: Location,
  request: Omit<RemoteRequest, "path">,
): Promise<RemoteRepository> {
  let check = checkWait;
  const repository = await openRemote(host.remote, location, request, () => check(host));
  check = ({ checkAbort }) => checkAbort();
  return repository;
}

function assertLocal(location: Location): void {
  if (location.kind === "local") return;
  throw new BorgError("Error", [
    `this can only be done on the machine that has the repository: ${canonicalLocation(location)}`,
  ]);
}

export interface UnlockOptions extends OpenOptions {
  /** What the command does, for the repository's feature flags. */
  readonly features: readonly FeatureOperation[];
  /** Whether the checks of format reference 9.4 are made here; with a cache, the cache makes them. Default true. */
  readonly checkAccess?: boolean;
  /** Whether a manifest that nobody signed is taken even if the key demands a signature. Default false. */
  readonly waiveTam?: boolean;
}

export interface CacheUse extends UnlockOptions {
  /** Whether the cache is brought in step with the repository first. Default true. */
  readonly synchronize?: boolean;
  /** Whether archives whose signatures are wrong are counted all the same. Default false. */
  readonly trustArchives?: boolean;
}

/** Opens a repository, its key and its manifest. */
export function withManifest<T>(
  host: Host,
  location: Location,
  options: UnlockOptions,
  use: (unlocked: Unlocked) => Promise<T>,
): Promise<T> {
  return withRepository(host, location, options, async (repository) => {
    const unlocked = await unlock(host, location, repository, options.waiveTam);
    if (options.features.some((feature) => feature !== "read")) assertKeyKnown(unlocked.key);
    requireFeatures(unlocked.manifest, ...options.features);
    if (options.checkAccess !== false) await assertAccess(host, unlocked);
    return await use(unlocked);
  });
}

/** With a dummy for a key (`authenticated_no_key`), ids and signatures come out wrong: nothing may be written. */
function assertKeyKnown({ material }: Key): void {
  if (material.unchecked) throw new BorgError("Error", ["without its key, a repository can only be read"]);
}

/** Opens everything. */
export function withCache<T>(
  host: Host,
  location: Location,
  options: CacheUse,
  use: (cached: Cached) => Promise<T>,
): Promise<T> {
  return withManifest(host, location, { ...options, checkAccess: false }, async (unlocked) => {
    const trust = options.trustArchives === true && { tam: { ignoreInvalid: true } };
    const cache = await Cache.open({ ...cacheOptions(host, unlocked, options.lockWait, false), ...trust });
    try {
      if (options.synchronize !== false) await cache.synchronize();
      return await use({ ...unlocked, cache });
    } finally {
      await cache.close();
    }
  });
}

/** Opens everything; a cache that is out of step is left alone, and one for this run takes its place. */
export function withoutSync<T>(
  host: Host,
  location: Location,
  options: UnlockOptions,
  use: (writable: Writable) => Promise<T>,
): Promise<T> {
  return withManifest(host, location, { ...options, checkAccess: false }, async (unlocked) => {
    const cache = await openWithoutSync(cacheOptions(host, unlocked, options.lockWait, false));
    try {
      return await use({ ...unlocked, cache });
    } finally {
      await cache.close();
    }
  });
}

/** Opens the cache of a repository, with the checks that come before. */
export function openCache(host: Host, unlocked: Unlocked, lockWait: number | undefined, isNew = false): Promise<Cache> {
  return Cache.open(cacheOptions(host, unlocked, lockWait, isNew));
}

/** How archives are to be authenticated when they are read. */
export function archiveTamOptions({ env }: Pick<Host, "env">): ArchiveTamOptions {
  return { ignoreInvalid: workarounds(env).has("ignore_invalid_archive_tam") };
}

function cacheOptions(
  host: Host,
  unlocked: Unlocked,
  lockWait: number | undefined,
  isNew: boolean,
): CacheOptions {
  const { location, key, manifest, objects, security, repository } = unlocked;
  return {
    path: cachePath(host, repository.id),
    objects,
    manifest,
    security,
    isNew,
    lockWait,
    checkAbort: () => checkWait(host),
    facts: factsOf(canonicalLocation(location), key, manifest),
    ask: (question) => host.confirm(question),
    identity: host.identity,
    settings: readCacheSettings(host.env),
    listener: host.cacheListener,
    tam: archiveTamOptions(host),
  };
}

/** Whoever waits for a lock has nothing to bring to a good end. */
export function checkWait({ checkAbort, stopSoon }: Host): void {
  checkAbort();
  stopSoon.throwIfAborted();
}

/** Where a repository's cache is. */
export function cachePath(host: Host, repositoryId: Uint8Array): string {
  return within(cacheDirectory(host.env), toHex(repositoryId));
}

/** Where the key of a repository is kept. */
export function keyStoreOf(host: Host, location: Location, repository: Repository): KeyStore {
  const { BORG_KEY_FILE } = host.env;
  const directory = new KeyDirectory(keysDirectory(host.env), BORG_KEY_FILE || undefined);
  const name = canonicalLocation(location);
  return new KeyStore(repository, { id: repository.id, name, path: location.path, host: location.host }, directory);
}

/** Unlocks the key of a repository, whose kind `object` tells: normally the manifest as stored. */
export function openRepositoryKey(
  host: Host,
  location: Location,
  repository: Repository,
  object: Uint8Array,
): Promise<Key> {
  const passphrases = new Passphrases(host.env, host.prompter);
  const authenticatedNoKey = workarounds(host.env).has("authenticated_no_key");
  return openKey(object, keyStoreOf(host, location, repository), passphrases, { authenticatedNoKey });
}

export function securityOf(host: Host, repositoryId: Uint8Array): SecurityDirectory {
  return new SecurityDirectory(securityDirectory(host.env, toHex(repositoryId)));
}

/** The key and the manifest of an open repository. Throws NoManifestError. */
export async function unlock(
  host: Host,
  location: Location,
  repository: Repository,
  waiveTam = false,
): Promise<Unlocked> {
  const stored = await readManifestObject(repository);
  const key = await openRepositoryKey(host, location, repository, stored);
  const security = securityOf(host, repository.id);
  const nonces = new NonceManager(repository, security.noncePath, nonceAfter(key.material, stored));
  const objects = new Objects(repository, key.material, nonces);
  const tamRequired = key.tamRequired ?? security.tamRequired;
  const manifest = await Manifest.load(objects, tamRequired && !waiveTam);
  security.noteManifest(manifest);
  return { repository, location, key, objects, manifest, security, tamRequired };
}

async function assertAccess(host: Host, { location, key, manifest, security, repository }: Unlocked): Promise<void> {
  const cached = Cache.readMemory(cachePath(host, repository.id), repository.id);
  await checkAccess({
    directory: security,
    facts: factsOf(canonicalLocation(location), key, manifest),
    ask: (question) => host.confirm(question),
    ...(cached ? { cached } : {}),
  });
}

/** The manifest as stored. Throws NoManifestError. */
export async function readManifestObject(repository: Repository): Promise<Uint8Array> {
  try {
    return await repository.get(MANIFEST_ID);
  } catch (error) {
    if (error instanceof ObjectNotFound) throw new NoManifestError({ cause: error });
    throw error;
  }
}
