import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

const PROGRAMS = [ours, theirs] as const;

describe("limits of repositories", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  before(() => {
    writeFileSync(sandbox.path("large"), randomBytes(11_000_000));
    writeFileSync(sandbox.path("small"), "content");
  });
  after(() => sandbox.remove());

  /** What one program says of its own repository `@`. */
  function run(program: Program, line: string, env: Record<string, string> = {}) {
    const repository = sandbox.path(`of-${program.name}`);
    const args = line.split(" ").map((word) => word.replace("@", repository));
    const { status, stdout, stderr } = sandbox.run(program, args, { env });
    return { status, stdout, stderr: stderr.replaceAll(repository, "@") };
  }

  const same = (line: string) => {
    const [mine, other] = PROGRAMS.map((program) => run(program, line));
    assert.deepEqual(mine, other, line);
    return mine!;
  };

  const start = (...lines: string[]) => {
    for (const program of PROGRAMS) rmSync(sandbox.path(`of-${program.name}`), { recursive: true, force: true });
    for (const line of lines) assert.equal(same(line).status, 0, line);
  };

  it("a quota ends what would exceed it, and nothing of that stays", () => {
    start("init -e none --storage-quota 10M @", "create @::first small");
    const refused = PROGRAMS.map((program) => run(program, "create @::second large"));
    assert.deepEqual(refused.map(({ status }) => status), [2, 2]);
    const text =
      /^The storage quota \(10\.00 MB\) has been exceeded \(1\d\.\d\d MB\)\. Try deleting some archives\.\n$/;
    for (const { stderr } of refused) assert.match(stderr, text);
    assert.equal(run(ours, "create @::second large", { BORG_EXIT_CODES: "modern" }).status, 20);
    assert.equal(same("list --short @").stdout, "first\n");
    for (const line of ["create @::third small", "check --verify-data @", "config @ storage_quota 20M"]) {
      assert.equal(same(line).status, 0, line);
    }
    assert.equal(same("create @::second large").status, 0);
  });

  it("what compaction frees counts no more", () => {
    start("init -e none --storage-quota 15M @", "create @::first large", "delete @::first");
    writeFileSync(sandbox.path("other"), randomBytes(11_000_000));
    for (const program of PROGRAMS) assert.equal(run(program, "create @::second other").status, 2);
    for (const line of ["compact @", "create @::second other"]) assert.equal(same(line).status, 0, line);
  });

  it("a reserve of free space is kept", () => {
    start("init -e none @", "create @::first small", "config @ additional_free_space 900T");
    const refused = PROGRAMS.map((program) => run(program, "create @::second small"));
    const text = /^Insufficient free space to complete transaction \(required: 90\d\.\d\d TB, available: .*B\)\.\n$/;
    for (const { status, stderr } of refused) {
      assert.match(`${status} ${stderr}`, new RegExp(`^2 ${text.source.slice(1)}`));
    }
    assert.equal(run(ours, "create @::second small", { BORG_EXIT_CODES: "modern" }).status, 14);
    for (const line of ["config --delete @ additional_free_space", "check @", "create @::second small"]) {
      assert.equal(same(line).status, 0, line);
    }
    assert.equal(same("list --short @").stdout, "first\nsecond\n");
  });

  it("a repository that is appended to only keeps everything, and a log by which it can be turned back", () => {
    start("init -e none --append-only @", "create @::first small", "create @::second large");
    const [before] = PROGRAMS.map((program) => transactionsOf(sandbox.path(`of-${program.name}`)));
    for (
      const line of ["delete @::first second", "compact --threshold 0 @", "create @::third small", "list --short @"]
    ) {
      assert.equal(same(line).status, 0, line);
    }
    assert.match(run(ours, "delete @", { BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES" }).stderr, /append-only/);
    const [mine, other] = PROGRAMS.map((program) => transactionsOf(sandbox.path(`of-${program.name}`)));
    assert.deepEqual(mine, other);
    for (const program of PROGRAMS) turnBack(sandbox.path(`of-${program.name}`), before!.at(-1)!);
    const env = { BORG_BASE_DIR: sandbox.folder("base-of-later") };
    for (const program of PROGRAMS) {
      assert.equal(run(program, "list --short @", env).stdout, "first\nsecond\n");
      assert.equal(run(program, "check --verify-data @", env).status, 0);
    }
  });
});

/** The transactions that an append-only repository has had. */
function transactionsOf(repository: string): number[] {
  const lines = readFileSync(join(repository, "transactions"), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const match = /^transaction (\d+), UTC time \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/.exec(line);
    assert.ok(match, line);
    return Number(match[1]);
  });
}

/** By hand: all segments after a transaction go, and what was remembered of later ones. */
function turnBack(repository: string, transaction: number): void {
  for (const name of readdirSync(join(repository, "data", "0"))) {
    if (Number(name) > transaction) rmSync(join(repository, "data", "0", name));
  }
  for (const name of readdirSync(repository)) {
    if (/^(index|hints|integrity)\./.test(name)) rmSync(join(repository, name));
  }
}
