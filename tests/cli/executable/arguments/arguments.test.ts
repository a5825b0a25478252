import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

/** Command lines that both programs take or refuse alike; what is refused is named in the same words. */
const SAME = [
  // Nothing, help and version.
  ["", "-v", "key", "debug", "create --help", "benchmark crud -h"],
  ["help", "help create", "help patterns", "help create --epilog-only", "-V"],
  // Commands.
  [
    "debug frob",
    "create",
    "create repo::x",
    "extract",
    "diff repo::a",
    "rename repo::a",
    "with-lock repo",
  ],
  // Options that are unknown, ambiguous, abbreviated, or lack or have too much of a value.
  ["create --nope repo::x tree", "--show list repo", "create --exclude"],
  [
    "--re x list repo",
    "--lo list repo",
    "create --list=yes repo::x tree",
    "-vp list --shor repo",
    "list --sor name repo",
  ],
  ["create --lock-wait abc repo::x tree", "list --glob-archives=a repo", "create -Cnone -n repo::x tree"],
  ["prune --keep-l 1 -n repo", "list repo -V"],
  // Options once, and before and after the command.
  [
    "list -a x -a y repo",
    "create --filter A --filter B repo::x tree",
    "list -P a -a b repo",
    "list --first 1 --last 1 repo",
  ],
  ["--lock-wait 1 list --lock-wait 2 repo", "--info --error create -n repo::x tree"],
  // Options between positional arguments, and arguments that look like options.
  [
    "create repo::x --stats tree",
    "list repo::a --short tree",
    "extract -n repo::a tree --list",
  ],
  ["key export repo --paper file", "create -n -- repo::x tree", "create -n repo::x -- --list"],
  ["extract -n repo::a -- tree", "with-lock repo -- true --show-rc", "config repo id a b"],
  // Too many arguments, and the wrong kind.
  ["info repo repo", "help create x", "list repo::a::b"],
  ["list repo::", "break-lock repo::a", "extract repo", "init -e bad new"],
].flat();

describe("command lines mean what they mean to BorgBackup", requirePeer("borg"), () => {
  let sandbox: Sandbox;
  before(() => {
    sandbox = new Sandbox();
    mkdirSync(sandbox.path("tree"));
    for (const name of ["tree/file", "--list"]) writeFileSync(sandbox.path(name), "x");
    sandbox.folder("base");
    for (const args of [["init", "-e", "none", "repo"], ["create", "repo::a", "tree"]]) {
      sandbox.succeed(ours, args, { base: sandbox.path("base") });
    }
  });
  after(() => sandbox.remove());

  /** How a command line ends, and what is wrong with it. */
  function verdict(program: Program, line: string): string {
    const args = line.split(" ").filter((word) => word !== "");
    const { status, stderr } = sandbox.run(program, args, { base: sandbox.path("base") });
    const wrong = stderr.split("\n").findLast((text) => /^borg.*: error: /.test(text));
    return `${line}: ${status} ${wrong ?? ""}`;
  }

  it("in each of many cases", () => {
    for (const line of SAME) assert.equal(verdict(ours, line), verdict(theirs, line));
  });

  it("and statuses agree where a newer version has other words", () => {
    for (const line of ["frob", "create --sh repo::x tree", "list --sh repo", "list --first x repo", "key frob"]) {
      const [mine, other] = [ours, theirs].map((program) => verdict(program, line));
      assert.equal(mine!.slice(0, line.length + 3), other!.slice(0, line.length + 3));
    }
  });
});
