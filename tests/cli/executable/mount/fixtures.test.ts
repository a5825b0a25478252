import { readdirSync, readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { MODE_NAMES } from "../../../crypto/material.ts";
import { FIXTURES, unpackFixtures } from "../../../interop/borg_fixtures.ts";
import { assertSameTree, describeTree, type Description, readDescriptions } from "../../../interop/describe_tree.ts";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { MountPoint } from "./mounted.ts";

describe("mounted repositories of BorgBackup 1.4.5", { ...requireRoot(), ...requirePeer("fusermount3") }, () => {
  const sandbox = new Sandbox();
  const tree: readonly Description[] = readDescriptions(readFileSync(`${FIXTURES}tree.jsonl`, "utf8"));

  before(() => unpackFixtures(sandbox));
  after(() => sandbox.remove());

  for (const mode of MODE_NAMES) {
    it(`${mode}: the whole tree is there`, async () => {
      const point = new MountPoint(sandbox);
      await point.within(sandbox.path("repos", mode), ["--numeric-ids"], (path) => {
        assertSameTree(describeTree(join(path, "lz4")), tree);
      });
    });
  }

  for (const implementation of ["libfuse3", "libfuse2", "direct", "fusermount"]) {
    it(`an archive by way of ${implementation}`, async () => {
      const point = new MountPoint(sandbox);
      await point.within(`${sandbox.path("repos", "repokey")}::lz4`, ["--numeric-ids"], (path) => {
        assertSameTree(describeTree(path), tree);
      }, { env: { BORG_FUSE_IMPL: implementation } });
    });
  }

  it("every archive is as extracting it makes it", async () => {
    const repository = sandbox.path("repos", "repokey-blake2");
    await new MountPoint(sandbox).within(repository, [], (path) => {
      for (const archive of readdirSync(path)) {
        const target = sandbox.folder("extracted", archive);
        sandbox.succeed(ours, ["extract", `${repository}::${archive}`], { cwd: target });
        assertSameTree(describeTree(join(path, archive)), describeTree(target));
      }
      assert.ok(readdirSync(path).length > 5);
    });
  });
});
