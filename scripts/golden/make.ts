import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describeTree } from "../../tests/interop/describe_tree.ts";
import { MODE_NAMES } from "../../tests/crypto/material.ts";
import { ARCHIVES, writeGoldenTree } from "../../tests/interop/goldens.ts";
import { ours, Sandbox } from "../../tests/interop/harness.ts";
import { projectRoot, run } from "../programs.ts";

/** Archives name the folder and the machine where they were made: neither tells who made them. */
const TREE = "/var/tmp/golden";
const HOST = "golden";
const FIXTURES = join(projectRoot, "tests/fixtures/golden");

/** See tests/fixtures/golden/README.md. */
function makeGoldens(sandbox: Sandbox): void {
  writeGoldenTree(TREE);
  const keys = sandbox.folder("golden", "keys");
  for (const mode of MODE_NAMES) makeRepository(sandbox, mode, keys);
  const lines = describeTree(TREE).map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(join(FIXTURES, "tree.jsonl"), lines.join(""));
  run("tar", ["-cJf", join(FIXTURES, "repos.tar.xz"), "--owner=0", "--group=0", "-C", sandbox.path("golden"), "."]);
}

function makeRepository(sandbox: Sandbox, mode: string, keys: string): void {
  const env = { BORG_KEYS_DIR: keys, BORG_HOSTNAME: HOST, BORG_REPO: sandbox.path("golden", mode) };
  sandbox.succeed(ours, ["init", "-e", mode], { env });
  for (const [i, [name, { options }]] of Object.entries(ARCHIVES).entries()) {
    const args = ["create", ...options, "--timestamp", `2024-02-03T04:${10 + i}`, `::${name}`, name];
    sandbox.succeed(ours, args, { env, cwd: TREE });
  }
  sandbox.succeed(ours, ["check", "--verify-data"], { env });
}

const sandbox = new Sandbox();
mkdirSync(TREE);
try {
  makeGoldens(sandbox);
  for (const name of readdirSync(FIXTURES)) console.log(`${statSync(join(FIXTURES, name)).size} ${name}`);
} catch (error) {
  console.error(`golden: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  sandbox.remove();
  rmSync(TREE, { recursive: true });
}
