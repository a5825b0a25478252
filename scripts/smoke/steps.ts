import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { VERSION } from "../../src/cli/version.ts";
import { assertSameTree, describeTree } from "../../tests/interop/describe_tree.ts";
import { type Program, Sandbox, theirs } from "../../tests/interop/harness.ts";
import { findCommand } from "../../tests/interop/requirements.ts";
import { writeTree } from "../../tests/interop/write_tree.ts";
import { fakeShell } from "../../tests/cli/executable/remote/fake_shell.ts";

export const CODECS = ["none", "lz4", "zstd,3", "zlib,6", "lzma,1", "auto,zstd,5", "obfuscate,3,lz4"];

/**
 * A little of everything that depends on the machine: every codec, the worst file names and attributes, a served repository.
 * BorgBackup, if it is there, has to read what was written. Throws AssertionError.
 */
export function smoke(program: Program): void {
  const sandbox = new Sandbox();
  try {
    assert.equal(sandbox.succeed(program, ["--version"]), `borg ${VERSION}\n`);
    writeTree(sandbox.folder("tree"), 1);
    backUp(sandbox, program);
    restore(sandbox, program);
    if (findCommand("borg")) sandbox.succeed(theirs, ["check", "--verify-data", sandbox.path("repository")]);
    tidyUp(sandbox, program);
    serve(sandbox, program);
  } finally {
    sandbox.remove();
  }
}

function backUp(sandbox: Sandbox, program: Program): void {
  sandbox.succeed(program, ["init", "-e", "repokey-blake2", sandbox.path("repository")]);
  for (const codec of CODECS) {
    const args = ["create", "-C", codec, "--files-cache=disabled", `${sandbox.path("repository")}::${codec}`, "."];
    sandbox.succeed(program, args, { cwd: sandbox.path("tree") });
  }
}

function restore(sandbox: Sandbox, program: Program): void {
  const repository = sandbox.path("repository");
  sandbox.succeed(program, ["check", "--verify-data", repository]);
  assert.deepEqual(sandbox.succeed(program, ["list", "--short", repository]).trim().split("\n"), CODECS);
  const target = sandbox.folder("restored");
  sandbox.succeed(program, ["extract", "--numeric-ids", `${repository}::${CODECS.at(-1)}`], { cwd: target });
  assertSameTree(describeTree(target), describeTree(sandbox.path("tree")));
}

function tidyUp(sandbox: Sandbox, program: Program): void {
  const repository = sandbox.path("repository");
  sandbox.succeed(program, ["prune", "--keep-last", "1", repository]);
  sandbox.succeed(program, ["compact", repository]);
  sandbox.succeed(program, ["check", repository]);
  sandbox.succeed(program, ["export-tar", `${repository}::${CODECS.at(-1)}`, sandbox.path("all.tar.gz")]);
}

function serve(sandbox: Sandbox, program: Program): void {
  const env = { BORG_RSH: fakeShell(sandbox), BORG_REMOTE_PATH: program.path };
  const served = `ssh://host${sandbox.path("served")}`;
  sandbox.succeed(program, ["init", "-e", "keyfile", served], { env });
  sandbox.succeed(program, ["create", `${served}::one`, "."], { env, cwd: sandbox.path("tree") });
  sandbox.succeed(program, ["extract", "--dry-run", `${served}::one`], { env });
}

/** Seconds until `--version` is done, the least of some runs. */
export function startUpTime({ path }: Program): number {
  const runs = Array.from({ length: 10 }, () => {
    const before = performance.now();
    spawnSync(path, ["--version"]);
    return performance.now() - before;
  });
  return Math.min(...runs) / 1000;
}
