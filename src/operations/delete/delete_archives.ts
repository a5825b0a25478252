import type { ArchiveEntry, Manifest } from "../../archive/manifest.ts";
import { Statistics } from "../../archive/statistics.ts";
import { ArchiveSaver } from "../archive_saver.ts";
import type { Host } from "../host.ts";
import { StoppedByUser } from "../interrupted.ts";
import type { Cached, Unlocked } from "../opening.ts";
import type { Reporter } from "../reporter.ts";
import { ArchiveDeletion } from "./archive_deletion.ts";

/** The turn of one archive that a run is to delete. */
export interface Deletion {
  readonly name: string;
  /** Undefined when there is no such archive, or no more. */
  readonly entry: ArchiveEntry | undefined;
  /** Counted from 1. */
  readonly number: number;
}

/** Hears how a run goes through its archives. */
export interface Turns {
  /** The next archive has its turn. */
  next(deletion: Deletion): void;
  /** All had their turns; what is left is to make the last of it durable. */
  end(): void;
}

export interface DeleteOptions {
  /** Go on when parts of an archive are missing or damaged. */
  readonly force: boolean;
  /** Seconds between commits of what has been deleted so far; 0 = only at the end. */
  readonly checkpointInterval: number;
}

/** What there is to delete, looked up when its turn comes. */
export function* deletions({ archives }: Manifest, names: readonly string[]): Generator<Deletion> {
  for (const [i, name] of names.entries()) yield { name, entry: archives.get(name), number: i + 1 };
}

/**
 * Takes the archives' entries out of the manifest and nothing else: for archives too damaged to be deleted. Gives how
 * many there were.
 */
export async function forgetArchives(
  unlocked: Unlocked,
  names: readonly string[],
  announce: (deletion: Deletion) => void,
): Promise<number> {
  const { manifest, objects, repository, tamRequired } = unlocked;
  let forgotten = 0;
  for (const deletion of deletions(manifest, names)) {
    announce(deletion);
    if (manifest.archives.delete(deletion.name)) forgotten++;
  }
  if (forgotten === 0) return forgotten;
  await manifest.save(objects, tamRequired);
  await repository.commit();
  return forgotten;
}

/**
 * Deletes archives. Space is freed by a later compaction. When the user asks for an end, the archive under way is
 * deleted and committed before StoppedByUser is thrown. Gives what was deleted, in negative numbers.
 */
export async function deleteArchives(
  host: Host,
  cached: Cached,
  names: readonly string[],
  options: DeleteOptions,
  reporter: Reporter,
  turns: Turns,
): Promise<Statistics> {
  const statistics = new Statistics();
  const tools = { host, cached, reporter, statistics, force: options.force };
  const commits = new Commits(host, cached, options.checkpointInterval);
  for (const deletion of deletions(cached.manifest, names)) {
    host.checkAbort();
    if (host.stopSoon.aborted) break;
    turns.next(deletion);
    if (!deletion.entry) continue;
    await new ArchiveDeletion(tools).run(deletion.name, deletion.entry);
    await commits.note();
  }
  if (!host.stopSoon.aborted) turns.end();
  await commits.finish();
  if (host.stopSoon.aborted) throw new StoppedByUser();
  return statistics;
}

/** Commits now and then, so that a long run is not lost when it is interrupted. */
class Commits {
  readonly #saver: ArchiveSaver;
  #pending = false;
  #last: number;

  /** @param interval in seconds; 0 = only at the end */
  constructor(private readonly host: Host, cached: Cached, private readonly interval: number) {
    this.#saver = new ArchiveSaver(cached, { name: "lz4" });
    this.#last = host.monotonic();
  }

  /** Something was deleted. */
  async note(): Promise<void> {
    this.#pending = true;
    const isDue = this.interval > 0 && this.host.monotonic() - this.#last >= this.interval * 1000;
    if (isDue) await this.finish();
  }

  async finish(): Promise<void> {
    if (!this.#pending) return;
    await this.#saver.commit();
    this.#pending = false;
    this.#last = this.host.monotonic();
  }
}
