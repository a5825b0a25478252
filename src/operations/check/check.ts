import { requireFeatures } from "../../archive/features.ts";
import { Manifest } from "../../archive/manifest.ts";
import { Objects } from "../../archive/objects.ts";
import type { Key } from "../../crypto/key.ts";
import type { ArchiveTamOptions } from "../../crypto/tam.ts";
import { BorgError } from "../../errors.ts";
import type { Location } from "../../repository/location.ts";
import { MANIFEST_ID, type Repository } from "../../repository/repository.ts";
import { type ArchiveFilter, filterArchives } from "../../selection/archive_filter.ts";
import { WorkerPool } from "../../workers/pool.ts";
import type { Host } from "../host.ts";
import { securityOf } from "../opening.ts";
import { type Pace, paceOf } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import { workarounds } from "../workarounds.ts";
import { ArchiveCheck } from "./archive_check.ts";
import { ChunkTable } from "./chunk_table.ts";
import { findKey } from "./find_key.ts";
import { searchArchives } from "./manifest_search.ts";
import { verifyData } from "./verify_data.ts";

/** Which archives to check: one of this name, or those that the filter means. */
export type ArchiveSelection = { readonly archive: string } | ArchiveFilter;

export interface ArchiveCheckOptions {
  /** Read all contents as well. */
  readonly verifyData: boolean;
  readonly selection: ArchiveSelection;
}

/** Checks that archives are complete, without changing anything. Gives whether nothing is wrong; what is, is reported. */
export async function checkArchives(
  host: Host,
  location: Location,
  repository: Repository,
  options: ArchiveCheckOptions,
  reporter: Reporter,
): Promise<boolean> {
  reporter.note("info", "check.started");
  const chunks = await ChunkTable.load(repository);
  const key = await findKey(host, location, repository, chunks);
  const sound = await new Checking(host, repository, key, chunks, reporter).run(options);
  reporter.note(sound ? "info" : "error", sound ? "check.passed" : "check.failed");
  return sound;
}

class Checking {
  readonly #objects: Objects;
  readonly #tam: Required<ArchiveTamOptions>;
  readonly #pace: Pace;
  #sound = true;

  constructor(
    private readonly host: Host,
    private readonly repository: Repository,
    private readonly key: Key,
    private readonly chunks: ChunkTable,
    private readonly reporter: Reporter,
  ) {
    this.#objects = new Objects(repository, key.material);
    this.#pace = paceOf(host);
    this.#tam = {
      required: key.tamRequired ?? securityOf(host, repository.id).tamRequired,
      ignoreInvalid: workarounds(host.env).has("ignore_invalid_archive_tam"),
    };
  }

  async run({ verifyData, selection }: ArchiveCheckOptions): Promise<boolean> {
    if (verifyData) await this.#verifyData();
    const manifest = await this.#manifest();
    requireFeatures(manifest, "check");
    await this.#archives(manifest, this.#select(manifest, selection));
    if (meansAll(selection)) this.#orphans();
    else this.reporter.note("info", "check.orphansSkipped");
    return this.#sound;
  }

  async #verifyData(): Promise<void> {
    const size = WorkerPool.sizeFor(this.host.env["VINCULUM_WORKERS"]);
    const pool = new WorkerPool(size, { material: this.key.material });
    try {
      const source = { repository: this.repository, objects: this.#objects, pool };
      const damaged = await verifyData(source, this.reporter, this.#pace);
      if (damaged.length > 0) this.#sound = false;
    } finally {
      await pool.close();
    }
  }

  /** The manifest, or one that is made of what is found in its absence. */
  async #manifest(): Promise<Manifest> {
    if (this.chunks.refer(MANIFEST_ID)) {
      try {
        return await Manifest.load(this.#objects, this.#tam.required);
      } catch (error) {
        if (!(error instanceof BorgError)) throw error;
        this.reporter.note("error", "check.manifestDamaged", error);
      }
    } else this.reporter.note("error", "check.manifestMissing");
    this.#sound = false;
    return await searchArchives({
      objects: this.#objects,
      chunks: this.chunks,
      tam: this.#tam,
      reporter: this.reporter,
      pace: this.#pace,
    });
  }

  #select(manifest: Manifest, selection: ArchiveSelection): string[] {
    if ("archive" in selection) return this.#selectOne(manifest, selection.archive);
    const summaries = Array.from(manifest.archives, ([name, entry]) => ({ name, ...entry }));
    const found = filterArchives(summaries, selection).map(({ name }) => name);
    if (selection.glob && found.length === 0) this.reporter.note("warning", "check.noMatch", selection.glob);
    return found;
  }

  #selectOne(manifest: Manifest, name: string): string[] {
    if (manifest.archives.has(name)) return [name];
    this.#sound = false;
    this.reporter.note("error", "check.noArchive", name);
    return [];
  }

  async #archives(manifest: Manifest, names: readonly string[]): Promise<void> {
    const { reporter, chunks } = this;
    const tools = { objects: this.#objects, manifest, chunks, tam: this.#tam, reporter, pace: this.#pace };
    const steps = reporter.begin("check.rebuild_refcounts", names.length);
    for (const [i, name] of names.entries()) {
      steps.advance(1);
      reporter.note("info", "check.analyzing", name, i + 1, names.length);
      if (!await new ArchiveCheck(tools, name).run()) this.#sound = false;
    }
    steps.finish();
  }

  #orphans(): void {
    let count = 0;
    for (const _ of this.chunks.unreferenced()) count++;
    if (count === 0) return;
    this.#sound = false;
    this.reporter.note("error", "check.orphans", count);
  }
}

/** Whether what no archive refers to is superfluous: all archives are looked at. */
function meansAll(selection: ArchiveSelection): boolean {
  if ("archive" in selection) return false;
  return !selection.glob && selection.first === undefined && selection.last === undefined;
}
