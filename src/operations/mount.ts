import process from "node:process";
import { loadArchive } from "../archive/archive.ts";
import { parseTimestamp } from "../archive/timestamps.ts";
import { BorgError } from "../errors.ts";
import { Archives, type Mountable } from "../mount/archives.ts";
import { type Attributes, directoryAttributes } from "../mount/attributes.ts";
import { ChunkCache } from "../mount/chunk_cache.ts";
import { Contents } from "../mount/contents.ts";
import { FileSystem } from "../mount/file_system.ts";
import type { ProblemListener } from "../mount/problem_listener.ts";
import { Pump } from "../mount/pump.ts";
import { Tree } from "../mount/tree.ts";
import { Unsealer } from "../mount/unsealer.ts";
import { VersionedLeaves } from "../mount/versions.ts";
import type { View } from "../mount/view.ts";
import type { FuseDevice } from "../platform/fuse/device.ts";
import { FuseError } from "../platform/fuse/errors.ts";
import { mountFuse } from "../platform/fuse/mount.ts";
import type { Mounted } from "../platform/fuse/mounted.ts";
import type { ArchiveSummary } from "../selection/archive_filter.ts";
import { WorkerPool } from "../workers/pool.ts";
import type { Host } from "./host.ts";
import { archiveTamOptions, type Unlocked } from "./opening.ts";

export interface MountOptions {
  readonly subject: MountSubject;
  readonly mountpoint: string;
  /** What goes to the kernel and to libfuse. */
  readonly fuseOptions: readonly string[];
  /** The ways to mount that are tried, in this order; all when there are none. */
  readonly implementations: readonly string[];
  readonly view: Omit<View, "directory">;
  /** One merged view of all archives, in which files are directories of their versions. */
  readonly versions: boolean;
  readonly allowDamagedFiles: boolean;
  /** Whether the file system is taken away when it is stopped; otherwise whoever uses it gets errors from then on. */
  readonly unmountsWhenStopped: boolean;
  /** How many chunks of big files are kept in memory, if more than are kept anyway. */
  readonly cacheEntries: number | undefined;
}

/** What is mounted: one archive, or a directory for each of several. */
export type MountSubject = { readonly archive: ArchiveSummary } | { readonly archives: readonly ArchiveSummary[] };

export interface MountEvents {
  /** The file system is there. */
  mounted(): void;
  problem: ProblemListener;
  /** Aborted when the file system is no longer to be served. */
  readonly stop: AbortSignal;
}

/** Chunks of big files that one slot keeps, of about 2 MiB each unless the chunker was told otherwise. */
const CHUNKS_IN_SLOT = 8;
/** More workers get no more slots: one reader takes what so many give. */
const BUSY_WORKERS = 6;
/** Slots beside those that workers have: two filled for them, what a reader is at and what it has just left. */
const MORE_SLOTS = 4;
const MICROSECOND = 1000n;

/** Mounts archives and serves them until the file system is unmounted or `stop` is aborted. */
export async function serveMount(
  host: Host,
  unlocked: Unlocked,
  options: MountOptions,
  events: MountEvents,
): Promise<void> {
  const mount = new Mount(host, unlocked, options, events);
  await mount.show();
  const pool = new WorkerPool(WorkerPool.sizeFor(host.env.VINCULUM_WORKERS), { material: unlocked.key.material });
  try {
    await mount.serve(pool);
  } finally {
    await pool.close();
  }
}

class Mount {
  readonly #view: View;
  readonly #tree: Tree;
  readonly #archives: Archives;

  constructor(
    private readonly host: Host,
    private readonly unlocked: Unlocked,
    private readonly options: MountOptions,
    private readonly events: MountEvents,
  ) {
    const directory = this.#directory(host.now() * MICROSECOND);
    this.#view = { ...options.view, directory };
    this.#tree = new Tree(directory);
    this.#archives = new Archives(unlocked.objects, this.#tree, this.#view, events.problem);
  }

  /** Reads what must be known before anybody looks. */
  async show(): Promise<void> {
    const { subject, versions } = this.options;
    if ("archive" in subject) return await this.#archives.readIntoRoot(this.#mountable(subject.archive));
    if (versions) return await this.#showVersions(subject.archives);
    for (const archive of subject.archives) {
      const time = parseTimestamp(archive.time) * MICROSECOND;
      this.#archives.announce(this.#mountable(archive), this.#directory(time));
    }
  }

  async serve(pool: WorkerPool): Promise<void> {
    const mounted = this.#mount();
    let isOver = false;
    try {
      const pump = new Pump(mounted.device, this.#fileSystem(mounted.device, pool));
      this.events.mounted();
      isOver = await pump.run(this.events.stop);
    } finally {
      if (isOver || this.options.unmountsWhenStopped) mounted.unmount();
      mounted.device.close();
    }
  }

  #fileSystem(device: FuseDevice, pool: WorkerPool): FileSystem {
    const { allowDamagedFiles, cacheEntries = 0, view: { numericIds } } = this.options;
    const [tree, archives] = [this.#tree, this.#archives];
    const slotCount = Math.min(pool.size, BUSY_WORKERS) + MORE_SLOTS;
    const slots = ChunkCache.slotsFor(Math.max(Math.ceil(cacheEntries / CHUNKS_IN_SLOT), slotCount));
    const chunks = new ChunkCache(new Unsealer(this.unlocked.objects, pool), slots);
    const source = { nodes: tree.nodes, archives, chunks };
    const contents = new Contents(source, { allowDamagedFiles, readAhead: slotCount * ChunkCache.GROUP });
    return new FileSystem(device, { tree, archives, contents, numericIds }, this.events.problem);
  }

  async #showVersions(archives: readonly ArchiveSummary[]): Promise<void> {
    const leaves = new VersionedLeaves(this.#tree, this.#view.directory);
    for (const archive of archives) await this.#archives.readIntoRoot(this.#mountable(archive), leaves);
  }

  #mountable({ name, id }: ArchiveSummary): Mountable {
    const { objects } = this.unlocked;
    return { name, load: async () => (await loadArchive(objects, id, archiveTamOptions(this.host))).metadata };
  }

  #directory(time: bigint): Attributes {
    const { uid, gid, umask } = this.options.view;
    const owner = { uid: uid ?? process.getuid?.() ?? 0, gid: gid ?? process.getgid?.() ?? 0 };
    return directoryAttributes(owner, umask, time);
  }

  #mount(): Mounted {
    const { mountpoint, fuseOptions, implementations } = this.options;
    try {
      return mountFuse(mountpoint, fuseOptions, implementations);
    } catch (error) {
      if (!(error instanceof FuseError)) throw error;
      throw new BorgError("RTError", [`FUSE mount failed: ${error.message}`], { cause: error });
    }
  }
}
