import { loadArchive } from "../archive/archive.ts";
import { type ChunkList, chunkListStream } from "../archive/chunk_lists.ts";
import type { ArchiveEntry } from "../archive/manifest.ts";
import { Statistics } from "../archive/statistics.ts";
import { BorgError } from "../errors.ts";
import { ArchiveSaver } from "./archive_saver.ts";
import { type ChunkStore, releaseChunk } from "./chunk_writer.ts";
import type { Host } from "./host.ts";
import type { Cached, Unlocked } from "./opening.ts";
import type { Reporter } from "./reporter.ts";

/** One archive that a run is to delete, if it is there. */
export interface Deletion {
  readonly name: string;
  readonly entry: ArchiveEntry | undefined;
}

/** What a run is going to do, in its order. */
export type DeletePlan = readonly Deletion[];

export interface DeleteOptions {
  /** Go on when parts of an archive are missing or damaged. */
  readonly force: boolean;
  /** Seconds between commits of what has been deleted so far; 0 = only at the end. */
  readonly checkpointInterval: number;
}

/** The user stopped the run; what was deleted before the last commit stays deleted. */
export class DeleteStopped extends BorgError {
  constructor() {
    super("Error", ["Got Ctrl-C / SIGINT."]);
  }
}

export function planDeletion({ manifest }: Unlocked, names: readonly string[]): DeletePlan {
  return names.map((name) => ({ name, entry: manifest.archives.get(name) }));
}

/** Takes the archives' entries out of the manifest and nothing else: for archives too damaged to be deleted. */
export async function forgetArchives({ manifest, objects, repository, tamRequired }: Unlocked, plan: DeletePlan) {
  let forgotten = 0;
  for (const { name } of plan) if (manifest.archives.delete(name)) forgotten++;
  if (forgotten === 0) return forgotten;
  await manifest.save(objects, tamRequired);
  await repository.commit();
  return forgotten;
}

/**
 * Deletes archives: takes back every reference that they hold, and the objects that nothing refers to any more. Space is
 * freed by a later compaction.
 *
 * @param announce told of each archive before its turn
 */
export async function deleteArchives(
  host: Host,
  cached: Cached,
  plan: DeletePlan,
  options: DeleteOptions,
  reporter: Reporter,
  announce: (deletion: Deletion, number: number) => void,
): Promise<Statistics> {
  const statistics = new Statistics();
  const saver = new ArchiveSaver(cached, { name: "lz4" });
  let uncommitted = 0;
  let lastCommit = host.monotonic();
  for (const [i, deletion] of plan.entries()) {
    host.checkAbort();
    if (host.stopSoon.aborted) break;
    announce(deletion, i + 1);
    if (!deletion.entry) continue;
    await new ArchiveDeletion(cached, deletion, options.force, statistics, reporter).run();
    uncommitted++;
    if (!isDue(host, lastCommit, options)) continue;
    await saver.commit();
    uncommitted = 0;
    lastCommit = host.monotonic();
  }
  if (uncommitted > 0) await saver.commit();
  if (host.stopSoon.aborted) throw new DeleteStopped();
  return statistics;
}

function isDue(host: Host, last: number, { checkpointInterval }: DeleteOptions): boolean {
  return checkpointInterval > 0 && host.monotonic() - last >= checkpointInterval * 1000;
}

/** The deletion of one archive. */
class ArchiveDeletion {
  readonly #store: Pick<ChunkStore, "index" | "repository">;

  constructor(
    private readonly cached: Cached,
    private readonly deletion: Deletion,
    private readonly force: boolean,
    private readonly statistics: Statistics,
    private readonly reporter: Reporter,
  ) {
    this.#store = { index: cached.cache.chunks, repository: cached.repository };
  }

  async run(): Promise<void> {
    const { manifest } = this.cached;
    const { id } = this.deletion.entry!;
    let damaged = false;
    try {
      await this.#contents(id);
    } catch (error) {
      if (!this.force || !(error instanceof BorgError)) throw error;
      this.reporter.warning(error);
      damaged = true;
    }
    await this.#release(id);
    manifest.archives.delete(this.deletion.name);
    if (damaged) this.reporter.note("warning", "delete.damaged");
  }

  async #contents(id: Uint8Array): Promise<void> {
    const { objects } = this.cached;
    const { metadata } = await loadArchive(objects, id);
    const steps = this.reporter.begin("archive.delete", metadata.items.length);
    const stream = chunkListStream();
    for (const itemsId of metadata.items) {
      const chunk = await objects.read(itemsId);
      await this.#release(itemsId);
      await this.#lists(stream.feed(chunk));
      steps.advance(1);
    }
    await this.#lists(stream.end());
    steps.finish();
  }

  async #lists(lists: readonly (ChunkList | undefined)[]): Promise<void> {
    for (const list of lists) {
      if (!list) continue;
      for (const at of list.at) await this.#release(list.bytes.slice(at, at + 32), list.part);
    }
  }

  /** Takes back one reference and counts what goes. */
  async #release(id: Uint8Array, part = false): Promise<void> {
    const use = this.#store.index.get(id);
    if (!use && this.force) return;
    const deleted = await releaseChunk(this.#store, id);
    if (use) this.statistics.addChunk(use.size, use.csize, deleted, part, -1);
  }
}
