import { type ArchiveMetadata, loadArchive } from "../../archive/archive.ts";
import type { ArchiveEntry } from "../../archive/manifest.ts";
import type { Statistics } from "../../archive/statistics.ts";
import { BorgError } from "../../errors.ts";
import { yieldToLoop } from "../../platform/signals.ts";
import { releaseChunk } from "../chunk_writer.ts";
import type { Host } from "../host.ts";
import { archiveTamOptions, type Cached } from "../opening.ts";
import type { Reporter } from "../reporter.ts";
import { references, salvagedReferences } from "./references.ts";

/** Message ids of what forced deletions put up with. */
const DAMAGE = [
  ...["IntegrityError", "DecompressionError", "Repository.ObjectNotFound"],
  ...["ArchiveTAMInvalid", "ArchiveTAMRequiredError", "TAMUnsupportedSuiteError"],
];

/** What deleting archives works with. */
export interface DeletionTools {
  readonly host: Host;
  readonly cached: Cached;
  readonly reporter: Reporter;
  /** Takes back what archives contributed. */
  readonly statistics: Statistics;
  /** Put up with what is missing or damaged. */
  readonly force: boolean;
}

/** Takes back every reference that one archive holds, and deletes the objects that nothing refers to any more. */
export class ArchiveDeletion {
  #damaged = false;

  constructor(private readonly tools: DeletionTools) {}

  async run(name: string, { id }: ArchiveEntry): Promise<void> {
    const { host, cached, reporter } = this.tools;
    const read = () => loadArchive(cached.objects, id, archiveTamOptions(host));
    const archive = await this.#tolerant(read);
    if (archive) await this.#contents(archive.metadata);
    await this.#release(id);
    await this.#tolerant(() => cached.repository.settle());
    cached.manifest.archives.delete(name);
    if (!this.#damaged) return;
    reporter.note("warning", "delete.damaged");
    reporter.note("warning", "delete.repairNeeded");
  }

  async #contents({ items }: ArchiveMetadata): Promise<void> {
    const { host, reporter } = this.tools;
    const steps = reporter.begin("archive.delete", items.length);
    let i = 0;
    for await (const batch of this.#references(items)) {
      host.checkAbort();
      steps.advance(1);
      for (const { id, part } of batch) await this.#release(id, part);
      await this.#release(items[i++]!);
      await yieldToLoop();
    }
    steps.finish();
  }

  #references(items: readonly Uint8Array[]) {
    const { force, cached: { objects, manifest } } = this.tools;
    if (!force) return references(objects, items);
    const read = (id: Uint8Array) => this.#tolerant(() => objects.read(id));
    return salvagedReferences(items, manifest.itemKeys, read, () => this.#noteDamage());
  }

  /** Takes back one reference and counts what goes. */
  async #release(id: Uint8Array, part = false): Promise<void> {
    const { cached: { cache, repository }, statistics, force } = this.tools;
    const use = cache.chunks.get(id);
    if (!use && force) return this.#noteDamage();
    const deleted = await this.#tolerant(() => releaseChunk({ index: cache.chunks, repository }, id));
    if (use) statistics.addChunk(use.size, use.csize, deleted ?? false, part, -1);
  }

  /** What `action` gives; undefined when it met damage and that is put up with. */
  async #tolerant<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!this.tools.force || !(error instanceof BorgError) || !DAMAGE.includes(error.code)) throw error;
      this.#noteDamage();
      return undefined;
    }
  }

  #noteDamage(): void {
    this.#damaged = true;
  }
}
