import type { Objects } from "../../archive/objects.ts";
import type { ArchiveCheckTools, ArchiveFindings } from "./archive_check.ts";
import { repairArchive } from "./archive_repair.ts";
import { RepairStore } from "./repair_store.ts";

/** Carries out what a check has found to be necessary, in one transaction (format reference 11.1). */
export class Repair {
  readonly #store: RepairStore;

  /** @param objects must be able to reserve nonces */
  constructor(private readonly tools: ArchiveCheckTools, private readonly objects: Objects) {
    this.#store = new RepairStore(objects, tools.chunks);
  }

  /** Forgets an archive of which nothing can be made, and writes one anew that needs it. */
  async archive(name: string, { archive, losses, repairable }: ArchiveFindings): Promise<void> {
    if (!archive) this.#forget(name);
    else if (repairable) await repairArchive(this.tools, this.#store, { name, archive, losses });
  }

  #forget(name: string): void {
    const { manifest: { archives }, chunks } = this.tools;
    chunks.replace(archives.get(name)!.id);
    archives.delete(name);
  }

  /** Deletes what no archive refers to. */
  async deleteUnreferenced(): Promise<void> {
    const { chunks, pace } = this.tools;
    for (const id of chunks.unreferenced()) {
      await pace();
      await this.objects.repository.delete(id);
    }
  }

  /** Makes everything durable. */
  async commit(): Promise<void> {
    const { reporter, manifest, tam } = this.tools;
    const { repository } = this.objects;
    reporter.note("info", "check.writingManifest");
    await repository.settle();
    await manifest.save(this.objects, tam.required === true);
    reporter.note("info", "check.committing");
    await repository.commit();
  }
}
