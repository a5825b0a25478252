import { requireFeatures } from "../../archive/features.ts";
import type { Manifest } from "../../archive/manifest.ts";
import { Objects } from "../../archive/objects.ts";
import { SecurityDirectory } from "../../cache/security.ts";
import type { Key } from "../../crypto/key.ts";
import { NonceManager } from "../../crypto/nonce.ts";
import type { ArchiveTamOptions } from "../../crypto/tam.ts";
import { BorgError, IntegrityError } from "../../errors.ts";
import type { Location } from "../../repository/location.ts";
import { MANIFEST_ID, type Repository } from "../../repository/repository.ts";
import { type ArchiveFilter, filterArchives } from "../../selection/archive_filter.ts";
import { WorkerPool } from "../../workers/pool.ts";
import type { Host } from "../host.ts";
import { securityOf } from "../opening.ts";
import { type Pace, paceOf } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import { workarounds } from "../workarounds.ts";
import { ArchiveCheck, type ArchiveCheckTools } from "./archive_check.ts";
import { ChunkTable } from "./chunk_table.ts";
import { findKey, type FoundKey } from "./find_key.ts";
import { findManifest, type FoundManifest } from "./find_manifest.ts";
import { Repair } from "./repair.ts";
import { verifyData } from "./verify_data.ts";

/** Which archives to check: one of this name, or those that the filter means. */
export type ArchiveSelection = { readonly archive: string } | ArchiveFilter;

export interface ArchiveCheckOptions {
  /** Read all contents as well. */
  readonly verifyData: boolean;
  readonly selection: ArchiveSelection;
  /** Do what can be done about what is wrong; without it nothing is changed. Needs the exclusive lock. */
  readonly repair: boolean;
}

/** What came of a check; what is wrong has been reported. */
export type CheckResult = "sound" | "damaged" | "repaired";

/** Checks that archives are complete, and repairs them if that is wanted. */
export async function checkArchives(
  host: Host,
  location: Location,
  repository: Repository,
  options: ArchiveCheckOptions,
  reporter: Reporter,
): Promise<CheckResult> {
  reporter.note("info", "check.started");
  const chunks = await ChunkTable.load(repository);
  if (chunks.count === 0) {
    reporter.note("error", "check.nothing");
    return "damaged";
  }
  const found = await findKey(host, location, repository, chunks);
  if (options.repair) assertRepairable(found, chunks);
  const sound = await new Checking(host, repository, found.key, chunks, reporter).run(options);
  reporter.note(sound ? "info" : "error", sound ? "check.passed" : "check.failed");
  if (sound) return "sound";
  return options.repair ? "repaired" : "damaged";
}

/** Under a key that is not the right one, everything would look damaged, and be deleted. */
function assertRepairable({ key, proven }: FoundKey, chunks: ChunkTable): void {
  if (key.material.unchecked) throw new BorgError("Error", ["a repair needs the key"]);
  const others = chunks.count - (chunks.has(MANIFEST_ID) ? 1 : 0);
  if (!proven && others > 0) throw new IntegrityError("the key does not open any object, so nothing can be repaired");
}

class Checking {
  readonly #objects: Objects;
  readonly #security: SecurityDirectory;
  readonly #tam: ArchiveTamOptions;
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
    this.#security = securityOf(host, repository.id);
    this.#pace = paceOf(host);
    this.#tam = {
      required: key.tamRequired ?? this.#security.tamRequired,
      ignoreInvalid: workarounds(host.env).has("ignore_invalid_archive_tam"),
    };
  }

  async run({ verifyData, selection, repair: wanted }: ArchiveCheckOptions): Promise<boolean> {
    if (verifyData) await this.#verifyData(wanted);
    const found = await this.#manifest();
    const tools = this.#tools(found.manifest, wanted);
    const repair = wanted ? new Repair(tools, this.#writableObjects(found)) : undefined;
    await this.#archives(tools, this.#select(found.manifest, selection), repair);
    if (meansAll(selection)) await this.#orphans(repair);
    else this.reporter.note("info", "check.orphansSkipped");
    await repair?.commit();
    return this.#sound;
  }

  #tools(manifest: Manifest, repair: boolean): ArchiveCheckTools {
    const { chunks, reporter } = this;
    return { objects: this.#objects, manifest, chunks, tam: this.#tam, reporter, pace: this.#pace, repair };
  }

  async #verifyData(repair: boolean): Promise<void> {
    const size = WorkerPool.sizeFor(this.host.env["VINCULUM_WORKERS"]);
    const pool = new WorkerPool(size, { material: this.key.material });
    try {
      const source = { repository: this.repository, objects: this.#objects, pool };
      const remove = repair ? { remove: (id: Uint8Array) => this.#remove(id) } : {};
      const sound = await verifyData({ source, reporter: this.reporter, pace: this.#pace, ...remove });
      if (!sound) this.#sound = false;
    } finally {
      await pool.close();
    }
  }

  async #remove(id: Uint8Array): Promise<void> {
    await this.repository.delete(id);
    this.chunks.remove(id);
  }

  async #manifest(): Promise<FoundManifest> {
    const { chunks, reporter } = this;
    const search = { objects: this.#objects, chunks, tam: this.#tam, reporter, pace: this.#pace };
    const found = await findManifest(search);
    requireFeatures(found.manifest, "check");
    if (!found.sound) {
      this.#sound = false;
      // Older than one that was seen here, it would be taken for a replay.
      found.manifest.timestamp = this.#security.read().timestamp ?? "";
    }
    return found;
  }

  /** Objects that can be written. */
  #writableObjects({ freeNonce }: FoundManifest): Objects {
    const nonces = new NonceManager(this.repository, this.#security.noncePath, freeNonce);
    return new Objects(this.repository, this.key.material, nonces);
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

  async #archives(tools: ArchiveCheckTools, names: readonly string[], repair: Repair | undefined): Promise<void> {
    const { reporter, chunks } = this;
    const steps = reporter.begin("check.rebuild_refcounts", names.length);
    const ids = names.map((name) => tools.manifest.entry(name).id);
    this.repository.preload(ids.filter((id) => chunks.has(id)));
    for (const [i, name] of names.entries()) {
      steps.advance(1);
      reporter.note("info", "check.analyzing", name, i + 1, names.length);
      const findings = await new ArchiveCheck(tools, name).run();
      if (!findings.sound) this.#sound = false;
      await repair?.archive(name, findings);
    }
    steps.finish();
  }

  async #orphans(repair: Repair | undefined): Promise<void> {
    let orphans = 0;
    let superseded = 0;
    for (const id of this.chunks.unreferenced()) {
      if (this.chunks.isSuperseded(id)) superseded++;
      else orphans++;
    }
    if (orphans > 0) {
      this.#sound = false;
      this.reporter.note("error", "check.orphans", orphans);
    }
    if (!repair || orphans + superseded === 0) return;
    this.reporter.note("info", "check.orphansDeleting", orphans, superseded);
    await repair.deleteUnreferenced();
    this.reporter.note("info", "check.orphansDeleted");
  }
}

/** Whether what no archive refers to is superfluous: all archives are looked at. */
function meansAll(selection: ArchiveSelection): boolean {
  if ("archive" in selection) return false;
  return !selection.glob && selection.first === undefined && selection.last === undefined;
}
