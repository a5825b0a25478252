import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { KNOWN_FEATURES, mandatoryFeatures } from "../archive/features.ts";
import type { Manifest } from "../archive/manifest.ts";
import type { Objects } from "../archive/objects.ts";
import { fsPath, savePrivateFile, savePrivatePieces } from "../crypto/private_file.ts";
import type { ArchiveTamOptions } from "../crypto/tam.ts";
import { equal } from "../encoding/bytes.ts";
import { HashIndexError } from "../encoding/hash_index.ts";
import { HEADER_LENGTH } from "../encoding/hash_index_file.ts";
import { decodeVerified, FileDigest, FileIntegrityError } from "../encoding/integrity.ts";
import { MsgpackError } from "../encoding/msgpack.ts";
import { decodeText } from "../encoding/path.ts";
import { Lock } from "../repository/lock.ts";
import type { HostIdentity } from "../repository/locking/holder.ts";
import { ArchiveIndexes } from "./archive_indexes.ts";
import { CacheConfig } from "./cache_config.ts";
import { ChunkIndex } from "./chunk_index.ts";
import { FilesCache } from "./files_cache.ts";
import type { FilesCacheMode } from "./files_cache_mode.ts";
import { type CacheListener, type CacheOperation, type CacheProblem, SILENT } from "./listener.ts";
import { readIfPresent, readParts, saveText } from "./local_files.ts";
import { OldSums } from "./old_sums.ts";
import {
  type Ask,
  checkAccess,
  type RepositoryFacts,
  type RepositoryMemory,
  type SecurityDirectory,
} from "./security.ts";
import type { CacheSettings } from "./settings.ts";
import { countReferences } from "./sync.ts";
import { recover, replaceFiles } from "./transaction.ts";

export interface CacheOptions {
  /** The cache's directory, for this repository alone. */
  readonly path: string;
  readonly objects: Objects;
  readonly manifest: Manifest;
  readonly facts: RepositoryFacts;
  readonly security: SecurityDirectory;
  readonly ask: Ask;
  readonly identity: HostIdentity;
  /** Seconds to wait for another process that uses the cache; undefined = for ever. */
  readonly lockWait: number | undefined;
  /** Asked again and again during that wait; ends it by throwing. */
  readonly checkAbort?: () => void;
  readonly settings: CacheSettings;
  /** How archives that are counted must be authenticated. Default: as for any reading. */
  readonly tam?: ArchiveTamOptions;
  /** The repository was just made. Default false. */
  readonly isNew?: boolean;
  readonly listener?: CacheListener;
}

const CONFIG = "config";
const CHUNKS = "chunks";
const FILES = "files";
const README = "This is a Borg Backup cache.\nSee https://borgbackup.readthedocs.io/\n";
const TAG = `Signature: 8a477f597d28d172789f06886806bc55
# This file is a cache directory tag.
# For information about cache directory tags, see:
#       https://bford.info/cachedir/
`;

/**
 * What a client keeps of one repository: the count of references to each object, the files cache, and which state of
 * the manifest they belong to (format reference 9.2). Held under an exclusive lock from `open` to `close`. Changes are
 * in memory until `commit`.
 */
export class Cache {
  /** References to every object but the manifest. */
  chunks = ChunkIndex.create();
  /** Sums of the archives that do not carry them. */
  readonly oldSums: OldSums;
  readonly #options: CacheOptions;
  readonly #lock: Lock;
  readonly #indexes: ArchiveIndexes;
  #config: CacheConfig;
  #files: FilesCache | undefined;

  private constructor(options: CacheOptions) {
    const { path, identity, lockWait: wait, checkAbort, listener = SILENT, objects } = options;
    this.#options = options;
    this.#lock = new Lock(join(path, "lock"), identity, { exclusive: true, wait, checkAbort });
    this.#indexes = new ArchiveIndexes(join(path, "chunks.archive.d"), listener);
    this.oldSums = new OldSums(join(path, "pre12-meta"));
    this.#config = new CacheConfig(objects.repository.id);
  }

  /**
   * Opens the repository's cache, making it if there is none, after the checks of format reference 9.4. A cache that is
   * damaged or was made by a program with other features is emptied. Call `synchronize` before using the counts.
   */
  static async open(options: CacheOptions): Promise<Cache> {
    const { path, objects, security: directory } = options;
    const cached = Cache.readMemory(path, objects.repository.id);
    await checkAccess({ ...options, directory, ...(cached === undefined ? {} : { cached }) });
    options.listener?.log("debug", "access.granted", options.facts.location, options.facts.timestamp);
    mkdirSync(fsPath(path), { recursive: true, mode: 0o700 });
    const cache = new Cache(options);
    await cache.#lock.acquire();
    try {
      recover(path);
      cache.#load();
      return cache;
    } catch (error) {
      await cache.close();
      throw error;
    }
  }

  /** Deletes a cache, its configuration first, so that what may be left is no cache. */
  static destroy(path: string): void {
    rmSync(fsPath(join(path, CONFIG)), { force: true });
    rmSync(fsPath(path), { recursive: true, force: true });
  }

  /** Removes the lock of a cache, whoever holds it. */
  static breakLock(path: string, identity: HostIdentity): void {
    new Lock(join(path, "lock"), identity, { exclusive: true, wait: 0 }).breakLock();
  }

  /** What a repository's cache remembers of it, for commands that do not open the cache. */
  static readMemory(path: string, repositoryId: Uint8Array): RepositoryMemory | undefined {
    return readConfig(path, repositoryId)?.memory;
  }

  /** Whether the counts belong to the repository's present manifest. */
  get isCurrent(): boolean {
    const { manifestId } = this.#config;
    const { id } = this.#options.manifest;
    return manifestId !== undefined && id !== undefined && equal(manifestId, id);
  }

  get path(): string {
    return this.#options.path;
  }

  /** Brings the counts in step with the repository, and commits them if they were not. */
  async synchronize(): Promise<void> {
    if (this.isCurrent) return;
    const { objects, manifest, tam = {}, settings } = this.#options;
    const indexes = settings.useArchiveIndexes && this.#indexes.usable ? this.#indexes : undefined;
    const oldSums = this.oldSums;
    this.chunks = await countReferences({ objects, manifest, indexes, oldSums, tam, listener: this.#listener });
    this.commit();
  }

  /** The files cache, loaded at the first call. A damaged one counts as empty. */
  files(mode: FilesCacheMode): FilesCache {
    if (mode.disabled) return FilesCache.empty(mode);
    this.#files ??= this.#loadFiles(mode);
    return this.#files;
  }

  /** Makes everything durable, as belonging to the manifest as it was last saved. */
  commit(): void {
    const { security, facts, manifest, path } = this.#options;
    const memory = { location: facts.location, keyType: facts.keyType, timestamp: manifest.timestamp };
    security.save(memory);
    for (const [i, file] of [CONFIG, CHUNKS, FILES].entries()) this.#tell("cache.begin_transaction", i + 1, file);
    replaceFiles(path, [CONFIG, CHUNKS, this.#filesName], () => {
      this.#listener.finished("cache.begin_transaction");
      this.#saveFiles();
      this.#saveChunks();
      this.#config.memory = memory;
      this.#config.manifestId = manifest.id;
      this.#tell("cache.commit", 3, CONFIG);
      this.#saveConfig();
    });
    this.oldSums.save();
    this.#listener.finished("cache.commit");
  }

  /** Forgets what was not committed and releases the lock. May be called twice. */
  async close(): Promise<void> {
    await this.#lock.release();
  }

  #tell(operation: CacheOperation, step: number, file: string): void {
    this.#listener.progress(operation, step, 3, file);
  }

  get #listener(): CacheListener {
    return this.#options.listener ?? SILENT;
  }

  get #filesName(): string {
    const { filesSuffix } = this.#options.settings;
    return filesSuffix === undefined ? FILES : `${FILES}.${filesSuffix}`;
  }

  #load(): void {
    const { path, objects, facts } = this.#options;
    if (!existsSync(fsPath(join(path, CONFIG)))) this.#create();
    const config = readConfig(path, objects.repository.id);
    if (config === undefined) this.#wipe("foreign");
    else {
      this.#config = config;
      if (config.memory.location !== facts.location) this.#moveTo(facts.location);
      if (isCompatible(config)) this.#loadChunks();
      else this.#wipe("features");
    }
    this.#noteFeatures();
  }

  #create(): void {
    const { path } = this.#options;
    const tag = join(dirname(path), "CACHEDIR.TAG");
    if (!existsSync(fsPath(tag))) saveText(tag, TAG);
    saveText(join(path, "README"), README);
    this.#empty();
    this.#listener.log("debug", "cache.created", path);
  }

  /** Remembers the repository's new place, which was confirmed, even if nothing else is going to be committed. */
  #moveTo(location: string): void {
    this.#config.memory = { ...this.#config.memory, location };
    this.#saveConfig();
  }

  #loadChunks(): void {
    const path = join(this.path, CHUNKS);
    if (!existsSync(fsPath(path))) return this.#wipe("no-chunks");
    try {
      this.chunks = this.#decode(CHUNKS, readParts(path), HEADER_LENGTH, (parts) => ChunkIndex.decode(parts));
    } catch (error) {
      if (!(error instanceof FileIntegrityError || error instanceof HashIndexError)) throw error;
      this.#wipe(error);
    }
  }

  #loadFiles(mode: FilesCacheMode): FilesCache {
    const path = join(this.path, this.#filesName);
    const file = readIfPresent(path) ?? new Uint8Array(0);
    this.#listener.log("debug", "files_cache.loading");
    try {
      const files = file.length === 0
        ? FilesCache.decode(file, mode)
        : this.#decode(this.#filesName, [file].values(), 0, (parts) => FilesCache.decode([...parts][0]!, mode));
      this.#listener.log("debug", "files_cache.loaded", files.count);
      return files;
    } catch (error) {
      if (!(error instanceof FileIntegrityError || error instanceof MsgpackError)) throw error;
      this.#listener.log("warning", "files.damaged", path, error);
      return FilesCache.empty(mode);
    }
  }

  /** What `decode` makes of a file that has the digest it must have. */
  #decode<T>(
    name: string,
    parts: IterableIterator<Uint8Array>,
    headerLength: number,
    decode: (parts: IterableIterator<Uint8Array>) => T,
  ): T {
    const digest = this.#config.digests.get(name.toLowerCase());
    if (digest === undefined) return decode(parts);
    const path = join(this.path, name);
    const { value, unknown } = decodeVerified(path, parts, digest, headerLength, decode);
    if (unknown !== undefined) this.#listener.log("warning", "digest.unknown", path, unknown);
    else this.#listener.log("debug", "digest.verified", path);
    return value;
  }

  /** Empties a cache that cannot be used, but for what it remembers of the repository. */
  #wipe(problem: CacheProblem): void {
    this.#listener.log("warning", "cache.wiped", this.path, problem);
    this.#empty();
  }

  /** Puts an empty cache, in step with no manifest, in the place of this one. */
  #empty(): void {
    const { memory } = this.#config;
    this.#indexes.clear();
    this.oldSums.keepOnly([]);
    this.oldSums.save();
    this.chunks = ChunkIndex.create();
    this.#config = new CacheConfig(this.#options.objects.repository.id);
    this.#config.memory = memory;
    this.#saveDigested(CHUNKS, this.chunks.encode(), HEADER_LENGTH);
    savePrivateFile(join(this.path, this.#filesName), new Uint8Array(0));
    this.#saveConfig();
  }

  /** Which features the repository has, for whoever uses the cache next (format reference 9.2). */
  #noteFeatures(): void {
    for (const feature of mandatoryFeatures(this.#options.manifest)) {
      if (KNOWN_FEATURES.has(feature)) this.#config.mandatoryFeatures.add(feature);
      else this.#config.ignoredFeatures.add(feature);
    }
  }

  #saveFiles(): void {
    if (this.#files === undefined) return;
    this.#tell("cache.commit", 1, FILES);
    const { filesTtl } = this.#options.settings;
    this.#listener.log("debug", "files_cache.saving");
    this.#saveDigested(this.#filesName, this.#files.encode(filesTtl), 0);
    this.#listener.log("debug", "files_cache.agedDropped", filesTtl);
    if (this.#files.newest !== undefined) this.#listener.log("debug", "files_cache.newestDropped", this.#files.newest);
    this.#listener.log("debug", "files_cache.saved", this.#files.encodedCount);
  }

  #saveChunks(): void {
    this.#tell("cache.commit", 2, CHUNKS);
    this.#saveDigested(CHUNKS, this.chunks.encode(), HEADER_LENGTH);
  }

  #saveDigested(name: string, pieces: Iterable<Uint8Array>, headerLength: number): void {
    const digest = new FileDigest(name, headerLength);
    savePrivatePieces(join(this.path, name), digest.through(pieces));
    this.#config.digests.set(name.toLowerCase(), digest.text());
  }

  #saveConfig(): void {
    saveText(join(this.path, CONFIG), this.#config.format());
  }
}

function readConfig(path: string, repositoryId: Uint8Array): CacheConfig | undefined {
  const file = readIfPresent(join(path, CONFIG));
  return file === undefined ? undefined : CacheConfig.parse(decodeText(file), repositoryId);
}

/** Whether this program may use what others with these features left (format reference 9.2). */
function isCompatible({ ignoredFeatures, mandatoryFeatures }: CacheConfig): boolean {
  return [...ignoredFeatures].every((feature) => !KNOWN_FEATURES.has(feature)) &&
    [...mandatoryFeatures].every((feature) => KNOWN_FEATURES.has(feature));
}
