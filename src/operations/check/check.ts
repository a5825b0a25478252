import { Manifest } from "../../archive/manifest.ts";
import { Objects } from "../../archive/objects.ts";
import { requireFeatures } from "../../archive/features.ts";
import type { Key } from "../../crypto/key.ts";
import { BorgError, IntegrityError } from "../../errors.ts";
import { MANIFEST_ID, type Repository } from "../../repository/repository.ts";
import type { Location } from "../../repository/location.ts";
import { WorkerPool } from "../../workers/pool.ts";
import type { Host } from "../host.ts";
import { openRepositoryKey, securityOf } from "../opening.ts";
import type { Reporter } from "../reporter.ts";
import { ArchiveCheck } from "./archive_check.ts";
import { ChunkTable } from "./chunk_table.ts";
import { searchArchives } from "./manifest_search.ts";
import { verifyData } from "./verify_data.ts";

export interface ArchiveCheckOptions {
  readonly verifyData: boolean;
  /** The archives to check, in order; undefined = all of them, and with them what nothing refers to. */
  readonly select: ((manifest: Manifest) => readonly string[]) | undefined;
}

/** Checks that archives are complete, without changing anything. Gives whether nothing is wrong. */
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
  readonly #tamRequired: boolean;
  #sound = true;

  constructor(
    private readonly host: Host,
    private readonly repository: Repository,
    private readonly key: Key,
    private readonly chunks: ChunkTable,
    private readonly reporter: Reporter,
  ) {
    this.#objects = new Objects(repository, key.material);
    this.#tamRequired = key.tamRequired ?? securityOf(host, repository.id).tamRequired;
  }

  async run({ verifyData, select }: ArchiveCheckOptions): Promise<boolean> {
    if (verifyData) await this.#verifyData();
    const manifest = await this.#manifest();
    requireFeatures(manifest, "check");
    await this.#archives(manifest, select?.(manifest) ?? inTimeOrder(manifest));
    if (select) this.reporter.note("info", "check.orphansSkipped");
    else this.#orphans();
    return this.#sound;
  }

  async #verifyData(): Promise<void> {
    const size = WorkerPool.sizeFor(this.host.env.VINCULUM_WORKERS);
    const pool = new WorkerPool(size, { material: this.key.material });
    try {
      const source = { repository: this.repository, objects: this.#objects, pool };
      const damaged = await verifyData(source, this.chunks, this.reporter);
      if (damaged.length > 0) this.#sound = false;
    } finally {
      await pool.close();
    }
  }

  async #manifest(): Promise<Manifest> {
    if (this.chunks.refer(MANIFEST_ID)) {
      try {
        return await Manifest.load(this.#objects, this.#tamRequired);
      } catch (error) {
        if (!(error instanceof BorgError)) throw error;
        this.reporter.note("error", "check.manifestDamaged", error);
      }
    } else this.reporter.note("error", "check.manifestMissing");
    this.#sound = false;
    return await searchArchives(this.#objects, this.chunks, this.#tamRequired, this.reporter);
  }

  async #archives(manifest: Manifest, names: readonly string[]): Promise<void> {
    const { reporter, chunks } = this;
    const tools = { objects: this.#objects, manifest, chunks, tamRequired: this.#tamRequired, reporter };
    const steps = reporter.begin("check.rebuild_refcounts", names.length);
    for (const [i, name] of names.entries()) {
      this.host.checkAbort();
      steps.advance(1, name);
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

/** The key, of the kind that the manifest tells, or else any object that can be read. */
async function findKey(host: Host, location: Location, repository: Repository, chunks: ChunkTable): Promise<Key> {
  for (const id of [MANIFEST_ID, ...chunks.all()]) {
    const object = chunks.has(id) ? await objectOrNothing(repository, id) : undefined;
    if (object) return await openRepositoryKey(host, location, repository, object);
  }
  throw new IntegrityError("the repository has no object that can be read");
}

async function objectOrNothing(repository: Repository, id: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await repository.get(id);
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
}

function inTimeOrder(manifest: Manifest): string[] {
  return [...manifest.archives].sort(([, a], [, b]) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(([name]) =>
    name
  );
}
