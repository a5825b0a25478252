import assert from "node:assert/strict";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { assertSameTree, describeTree } from "./describe_tree.ts";
import { ours, type Program, Sandbox, theirs } from "./harness.ts";
import { requirePeer } from "./requirements.ts";
import { readObjectIds } from "./segments.ts";
import { randomBytes, writeTree } from "./write_tree.ts";

const MODES = ["none", "authenticated-blake2", "repokey", "repokey-blake2", "keyfile"];

/** One repository and one base directory for both programs: cache, keys, security directory. */
class Shared {
  readonly repository: string;
  readonly tree: string;
  readonly #base: string;

  constructor(readonly sandbox: Sandbox, name: string) {
    this.repository = sandbox.path(name, "repository");
    this.tree = sandbox.folder(name, "tree");
    this.#base = sandbox.folder(name, "base");
  }

  run(program: Program, args: readonly string[], cwd = this.sandbox.root): string {
    return this.sandbox.succeed(program, args, { base: this.#base, cwd });
  }

  create(program: Program, archive: string): string {
    const args = ["create", "--json", "--list", `${this.repository}::${archive}`, "."];
    const { status, stdout, stderr } = this.sandbox.run(program, args, { base: this.#base, cwd: this.tree });
    assert.equal(status, 0, stderr);
    return `${stderr}\n${stdout}`;
  }

  /** What the archive brings back is the tree as it is now. */
  verify(program: Program, archive: string): void {
    const target = this.sandbox.folder("restored", program.name);
    this.run(program, ["extract", "--numeric-ids", `${this.repository}::${archive}`], target);
    assertSameTree(describeTree(target), describeTree(this.tree));
    rmSync(target, { recursive: true });
  }
}

/** The files cache forgets what is as new as the newest file of a run, so let there be one that is newer than all. */
async function finishTree(tree: string): Promise<void> {
  await setTimeout(20);
  writeFileSync(`${tree}/newest`, "newest\n");
}

function regularFiles(listing: string): string[] {
  return listing.split("\n").filter((line) => /^[AMU] /.test(line));
}

describe("taking turns on one repository", requirePeer("borg", "setfacl", "setfattr"), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const mode of MODES) {
    for (const [first, second] of [[ours, theirs], [theirs, ours]] as const) {
      it(`${mode}: ${second.name} after ${first.name} stores nothing but the archive`, async () => {
        const shared = new Shared(sandbox, `${mode}-${first.name}`);
        writeTree(shared.tree, 7);
        await finishTree(shared.tree);
        shared.run(first, ["init", "-e", mode, shared.repository]);
        shared.create(first, "one");
        const before = readObjectIds(shared.repository);
        const listing = shared.create(second, "two");
        const added = [...readObjectIds(shared.repository)].filter((id) => !before.has(id));
        const info = JSON.parse(shared.run(second, ["info", "--json", `${shared.repository}::two`]));
        assert.deepEqual(added, [info.archives[0].id]);
        const read = regularFiles(listing).filter((line) => !line.startsWith("U "));
        assert.deepEqual(read.map((line) => line.slice(2).replace("./", "")), ["newest"]);
      });
    }

    it(`${mode}: both keep the repository sound turn by turn`, async () => {
      const shared = new Shared(sandbox, `${mode}-turns`);
      const random = randomBytes(99);
      writeTree(shared.tree, 11);
      shared.run(ours, ["init", "-e", mode, shared.repository]);
      for (const [turn, program] of [ours, theirs, theirs, ours, theirs, ours].entries()) {
        const other = program === ours ? theirs : ours;
        appendFileSync(`${shared.tree}/random`, random(50_000));
        writeFileSync(`${shared.tree}/new-${turn}`, random(1000 * turn));
        await finishTree(shared.tree);
        shared.create(program, `turn-${turn}`);
        shared.verify(other, `turn-${turn}`);
        if (turn === 3) shared.run(program, ["delete", `${shared.repository}::turn-1`]);
        if (turn === 4) shared.run(program, ["compact", shared.repository]);
      }
      for (const program of [ours, theirs]) {
        shared.run(program, ["check", "--verify-data", shared.repository]);
        const names = shared.run(program, ["list", "--short", shared.repository]).trim().split("\n");
        assert.deepEqual(names, ["turn-0", "turn-2", "turn-3", "turn-4", "turn-5"]);
      }
    });
  }
});
