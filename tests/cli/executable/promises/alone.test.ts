import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ours, Sandbox } from "../../../interop/harness.ts";

describe("the executable alone", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("needs nothing beside itself: no other file, no program, no variable", () => {
    const folder = sandbox.folder("some where", "élse");
    const program = sandbox.path("some where", "élse", "borg");
    copyFileSync(ours.path, program);
    const work = sandbox.folder("work");
    writeFileSync(sandbox.path("work", "file"), "content");
    const run = (...args: string[]) => {
      const env = { HOME: work, BORG_PASSPHRASE: "secret", PATH: "" };
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: work, env, encoding: "utf8" });
      assert.equal(status, 0, stderr);
      return stdout;
    };
    run("init", "-e", "repokey-blake2", "repo");
    run("create", "-C", "zstd", "repo::a", "file");
    run("create", "-C", "lzma", "repo::b", "file");
    run("check", "--verify-data", "repo");
    assert.equal(run("extract", "--stdout", "repo::b", "file"), "content");
    assert.equal(run("list", "--short", "repo"), "a\nb\n");
    assert.deepEqual(readdirSync(folder), ["borg"]);
    assert.deepEqual(readdirSync(work).sort(), [".cache", ".config", "file", "repo"]);
  });

  it("does not tell where it was built, so that it is the same wherever it is", () => {
    const folder = fileURLToPath(new URL("../../../../node_modules/", import.meta.url));
    assert.equal(readFileSync(ours.path).indexOf(folder), -1);
  });
});
