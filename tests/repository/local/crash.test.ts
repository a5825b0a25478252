import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { MANIFEST_ID, type Repository } from "../../../src/repository/repository.ts";
import { chances, MemoryFiles } from "../memory_files.ts";
import { accessOptions, bytes, createSmall, id, withLocal } from "../scratch.ts";
import { Fault, type FaultKind, FaultyFiles } from "./faulty_files.ts";

const PATH = "/repository";

type Contents = Map<string, string>;

/** Steps for a store, beside a plain model of what it must hold after each commit. */
class Run {
  /** What was committed for sure. */
  before: Contents = new Map();
  /** What a commit under way would make of it. */
  after: Contents = new Map();
  #current: Contents = new Map();

  constructor(private readonly repository: Repository) {}

  async put(key: Uint8Array, data: Uint8Array): Promise<void> {
    this.#current.set(toHex(key), toHex(data));
    await this.repository.put(key, data);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#current.delete(toHex(key));
    await this.repository.delete(key);
  }

  async commit(compact = false): Promise<void> {
    this.after = new Map(this.#current);
    await this.repository.commit({ compact, threshold: 0 });
    this.before = this.after;
  }

  async all(): Promise<void> {
    for (let i = 0; i < 6; i++) await this.put(id(i), bytes(100, i));
    await this.put(MANIFEST_ID, bytes(20));
    await this.commit();
    await this.put(id(1), bytes(60, 77));
    await this.delete(id(2));
    await this.delete(id(3));
    await this.put(MANIFEST_ID, bytes(21));
    await this.commit();
    await this.put(id(2), bytes(30, 5));
    await this.put(MANIFEST_ID, bytes(22));
    await this.commit(true);
    await this.delete(id(2));
    await this.put(id(9), bytes(10));
    await this.commit(true);
    await this.put(id(10), bytes(10));
    await this.commit();
  }
}

async function contents(repository: Repository): Promise<Contents> {
  const found: Contents = new Map();
  for (const each of await repository.list()) found.set(toHex(each), toHex(await repository.get(each)));
  return found;
}

function sorted(map: Contents): [string, string][] {
  return [...map].sort(([a], [b]) => a < b ? -1 : 1);
}

async function emptyRepository(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await createSmall(PATH, { files });
  return files;
}

/** Runs everything with a fault at change number `failing`. Undefined when the fault would come after the end. */
async function runWithFault(base: MemoryFiles, failing: number, kind: FaultKind): Promise<Run | undefined> {
  const files = new FaultyFiles(base, failing, kind);
  let repository: LocalRepository | undefined;
  let run: Run | undefined;
  try {
    repository = await LocalRepository.open(PATH, accessOptions({ files: files.layer }));
    run = new Run(repository);
    await run.all();
    await repository.close();
  } catch (error) {
    if (!isFault(error)) throw error;
    if (kind === "error") await tryToCommit(repository);
  }
  if (!files.hasFailed) return undefined;
  return run ?? new Run(repository!);
}

function isFault(error: unknown): boolean {
  return error instanceof Fault || (error instanceof Error && error.cause instanceof Fault);
}

/** A careless caller: what is left of a failed transaction must not be committed by it. */
async function tryToCommit(repository: LocalRepository | undefined): Promise<void> {
  await repository?.commit().catch(() => {});
  await repository?.close();
}

/** Deletes index, hints and digests, so that only the log is left. */
function dropHelpers(files: MemoryFiles): void {
  for (const name of files.list(PATH)) if (/^(index|hints|integrity)\./.test(name)) files.unlink(`${PATH}/${name}`);
}

/** Looks with index and hints, and without; then goes on, now with them, now without. */
async function assertSound(files: MemoryFiles, run: Run, failing: number, message: string): Promise<void> {
  const found = await withLocal(PATH, { files: files.copy() }, contents);
  const isBefore = JSON.stringify(sorted(found)) === JSON.stringify(sorted(run.before));
  if (!isBefore) assert.deepEqual(sorted(found), sorted(run.after), message);
  const bare = files.copy();
  dropHelpers(bare);
  const fromLog = await withLocal(PATH, { files: bare.copy() }, contents);
  assert.deepEqual(sorted(fromLog), sorted(found), `${message}, from the log alone`);
  await assertGoesOn(failing % 2 === 0 ? files : bare, found, message);
}

async function assertGoesOn(files: MemoryFiles, found: Contents, message: string): Promise<void> {
  await withLocal(PATH, { files }, async (repository) => {
    // A check complains about a repository without a commit.
    if (found.size > 0) assert.equal(await repository.check(), true, message);
    await repository.put(id(100), bytes(3));
    await repository.commit({ compact: true, threshold: 0 });
    const expected = new Map(found).set(toHex(id(100)), toHex(bytes(3)));
    assert.deepEqual(sorted(await contents(repository)), sorted(expected), `${message}, after going on`);
    assert.equal(await repository.check(), true, message);
  });
}

/** Returns at which change the faults came to an end. */
async function tryAllFaults(
  kind: FaultKind,
  look: (files: MemoryFiles, failing: number) => MemoryFiles,
): Promise<number> {
  const template = await emptyRepository();
  for (let failing = 0;; failing++) {
    const files = template.copy();
    const run = await runWithFault(files, failing, kind);
    if (!run) return failing;
    await assertSound(look(files, failing), run, failing, `${kind} at change ${failing}`);
  }
}

describe("a local repository is as before or after the commit", () => {
  it("when the process is killed at any change", async () => {
    assert.ok(await tryAllFaults("crash", (files) => files) > 100);
  });

  it("when any one change fails", async () => {
    assert.ok(await tryAllFaults("error", (files) => files) > 100);
  });

  it("when the power goes at any change and takes all that was not synced", async () => {
    assert.ok(await tryAllFaults("crash", (files) => files.afterPowerCut(() => 1)) > 100);
  });

  for (let seed = 0; seed < 2; seed++) {
    it(`when the power goes at any change and takes some of what was not synced, ${seed}`, async () => {
      const chanceAt = (failing: number) => chances(1000 * seed + failing);
      assert.ok(await tryAllFaults("crash", (files, failing) => files.afterPowerCut(chanceAt(failing))) > 100);
    });
  }
});
