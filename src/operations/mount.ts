import process from "node:process";
import { loadArchive } from "../archive/archive.ts";
import { parseTimestamp } from "../archive/timestamps.ts";
import { BorgError } from "../errors.ts";
import { Archives, type Mountable } from "../mount/archives.ts";
import { directoryAttributes } from "../mount/attributes.ts";
import { ChunkCache } from "../mount/chunk_cache.ts";
import { FileSystem, type ProblemListener } from "../mount/file_system.ts";
import { Pump } from "../mount/pump.ts";
import { Tree } from "../mount/tree.ts";
import { VersionedLeaves } from "../mount/versions.ts";
import type { View } from "../mount/view.ts";
import { FuseError } from "../platform/fuse/errors.ts";
import { mountFuse } from "../platform/fuse/mount.ts";
import type { Mounted } from "../platform/fuse/mounted.ts";
import type { ArchiveSummary } from "../selection/archive_filter.ts";
import { WorkerPool } from "../workers/pool.ts";
import { Slots } from "../workers/slots.ts";
import type { Host } from "./host.ts";
import { archiveTamOptions, type Unlocked } from "./opening.ts";

export interface MountOptions {
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
  /** How many chunks of big files are kept in memory, if not `BIG_CHUNKS`. */
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

/** Chunks of big files that are kept in memory, of about 2 MiB each unless the chunker was told otherwise. */
const BIG_CHUNKS = 16;
/** Enough for each worker to be busy with the next chunk of a big file. */
const READ_AHEAD = 8 << 20;
const MICROSECOND = 1000n;

/** Mounts archives and serves them until the file system is unmounted or `stop` is aborted. */
export async function serveMount(
  host: Host,
  unlocked: Unlocked,
  subject: MountSubject,
  options: MountOptions,
  events: MountEvents,
): Promise<void> {
  const pool = new WorkerPool(WorkerPool.sizeFor(host.env.VINCULUM_WORKERS), { material: unlocked.key.material });
  try {
    await new Mount(host, unlocked, options, events, pool).run(subject);
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
    private readonly pool: WorkerPool,
  ) {
    const directory = this.#directory(host.now() * MICROSECOND);
    this.#view = { ...options.view, directory };
    this.#tree = new Tree(directory);
    this.#archives = new Archives(unlocked.objects, this.#tree, this.#view);
  }

  async run(subject: MountSubject): Promise<void> {
    await this.#show(subject);
    const mounted = this.#mount();
    try {
      const { objects } = this.unlocked;
      const slots = new Slots(Math.max(this.options.cacheEntries ?? BIG_CHUNKS, this.pool.size + 1));
      const chunks = new ChunkCache({ objects, pool: this.pool, slots });
      const { allowDamagedFiles, view: { numericIds } } = this.options;
      const settings = { allowDamagedFiles, numericIds, readAhead: READ_AHEAD };
      const { problem, stop } = this.events;
      const fileSystem = new FileSystem(mounted.device, this.#tree, this.#archives, chunks, settings, problem);
      const pump = new Pump(mounted.device, fileSystem);
      this.events.mounted();
      await pump.run(stop);
      if (!stop.aborted || this.options.unmountsWhenStopped) mounted.unmount();
    } finally {
      mounted.device.close();
    }
  }

  async #show(subject: MountSubject): Promise<void> {
    if ("archive" in subject) return await this.#archives.read(1, this.#mountable(subject.archive));
    if (this.options.versions) return await this.#showVersions(subject.archives);
    for (const archive of subject.archives) {
      const node = this.#tree.nodes.add(this.#directory(parseTimestamp(archive.time) * MICROSECOND));
      this.#tree.link(1, archive.name, node);
      this.#archives.announce(node, this.#mountable(archive));
    }
  }

  async #showVersions(archives: readonly ArchiveSummary[]): Promise<void> {
    const leaves = new VersionedLeaves(this.#tree, this.#view.directory);
    for (const archive of archives) await this.#archives.read(1, this.#mountable(archive), leaves);
  }

  #mountable({ name, id }: ArchiveSummary): Mountable {
    const { objects } = this.unlocked;
    return { name, load: async () => (await loadArchive(objects, id, archiveTamOptions(this.host))).metadata };
  }

  #directory(time: bigint) {
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
