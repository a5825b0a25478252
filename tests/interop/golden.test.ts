import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { assertSameTree, describeTree, type Description, readDescriptions } from "./describe_tree.ts";
import { MODE_NAMES } from "../crypto/material.ts";
import { ARCHIVES } from "./goldens.ts";
import { ours, type Program, Sandbox, theirs } from "./harness.ts";
import { reencode } from "./reencode.ts";
import { type Requirement, requirePeer, requireRoot } from "./requirements.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/golden/", import.meta.url));
const NAMES = Object.keys(ARCHIVES);

describe("golden repositories", () => {
  const sandbox = new Sandbox();
  const repositories = sandbox.folder("repos");
  const env = { BORG_KEYS_DIR: sandbox.path("repos", "keys") };
  const tree: readonly Description[] = readDescriptions(readFileSync(`${FIXTURES}tree.jsonl`, "utf8"));

  before(() => {
    execFileSync("tar", ["-xJf", `${FIXTURES}repos.tar.xz`, "-C", repositories, "--no-same-owner"]);
  });
  after(() => sandbox.remove());

  it("are those that are tested", () => {
    assert.deepEqual(readdirSync(repositories).sort(), [...MODE_NAMES, "keys"].sort());
    assert.deepEqual(tree.filter(({ path }) => /^[^/.]+$/.test(path)).map(({ path }) => path), [...NAMES].sort());
    for (const mode of MODE_NAMES) {
      const listed = sandbox.succeed(ours, ["list", "--short", `${repositories}/${mode}`], { env });
      assert.deepEqual(listed.trim().split("\n"), NAMES, mode);
    }
  });

  for (const mode of MODE_NAMES) {
    const repository = `${repositories}/${mode}`;

    for (const program of [ours, theirs]) {
      describe(`${mode}, ${program.name}`, needs(program), () => {
        it("checks clean", () => {
          sandbox.succeed(program, ["check", "--verify-data", repository], { env });
        });

        for (const name of NAMES) {
          it(`gives back ${name}`, requireRoot(), () => {
            const cwd = sandbox.folder("restored", program.name, mode, name);
            const options = name === "fixed" ? ["--numeric-ids", "--sparse"] : ["--numeric-ids"];
            sandbox.succeed(program, ["extract", ...options, `${repository}::${name}`], { env, cwd });
            const isInside = ({ path }: Description) => path === name || path.startsWith(`${name}/`);
            assertSameTree(describeTree(cwd).filter(({ path }) => path !== "."), tree.filter(isInside));
          });
        }
      });
    }

    it(`${mode}: is encoded today as it was`, async () => {
      const base = sandbox.folder("base-reencode");
      assert.deepEqual(await reencode(repository, { base, env }), NAMES);
    });
  }
});

function needs(program: Program): Requirement {
  return program === theirs ? requirePeer("borg") : {};
}
