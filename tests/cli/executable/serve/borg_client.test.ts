import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { MODE_NAMES } from "../../../crypto/material.ts";
import { assertSameTree, describeTree } from "../../../interop/describe_tree.ts";
import { theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";
import { Served } from "./served.ts";

describe("BorgBackup as a client", requirePeer("borg", "setfacl", "setfattr"), () => {
  const served = new Served();
  const { sandbox } = served;
  const source = sandbox.folder("source");
  const url = served.url();
  const archives = () => served.succeed(["list", "--short", url]).trim().split("\n");
  const usage = () =>
    readdirSync(sandbox.path("repo", "data", "0")).reduce(
      (sum, name) => sum + statSync(sandbox.path("repo", "data", "0", name)).size,
      0,
    );

  before(() => {
    writeTree(source, 1);
    served.succeed(["init", "-e", "repokey-blake2", url]);
    served.succeed(["create", `${url}::one`, "."], { cwd: source });
    writeFileSync(join(source, "more"), "more of it");
    served.succeed(["create", "--stats", "--progress", `${url}::two`, "."], { cwd: source });
  });
  after(() => served.remove());

  for (const mode of MODE_NAMES) {
    it(`stores and restores in mode ${mode}`, () => {
      const place = served.url(mode);
      served.succeed(["init", "-e", mode, place]);
      served.succeed(["create", "-C", "zstd", `${place}::a`, "many"], { cwd: source });
      const target = sandbox.folder("restored", mode);
      served.succeed(["extract", `${place}::a`], { cwd: target });
      assertSameTree(describeTree(join(target, "many")), describeTree(join(source, "many")));
      served.verify(mode);
    });
  }

  it("gets back all that it gave", () => {
    const target = sandbox.folder("restored", "two");
    served.succeed(["extract", `${url}::two`], { cwd: target });
    assertSameTree(describeTree(target), describeTree(source));
    served.verify();
  });

  it("lists, describes and compares", () => {
    assert.deepEqual(archives(), ["one", "two"]);
    assert.match(served.succeed(["list", `${url}::two`, "more"]), /more$/m);
    assert.match(served.succeed(["info", "--json", url]), /"id": "[0-9a-f]{64}"/);
    assert.match(served.succeed(["diff", `${url}::one`, "two"]), /added .* more$/m);
  });

  it("makes files for nobody else", () => {
    for (const name of ["config", "data", "README"]) assert.equal(statSync(sandbox.path("repo", name)).mode & 0o077, 0);
  });

  it("deletes, renames, prunes and frees space", () => {
    writeFileSync(join(source, "only-in-three"), new Uint8Array(3_000_000).map((_, i) => (i * i) >> 7));
    served.succeed(["create", "-C", "none", `${url}::three`, "."], { cwd: source });
    const before = usage();
    served.succeed(["rename", `${url}::three`, "third"]);
    assert.deepEqual(archives(), ["one", "two", "third"]);
    served.succeed(["delete", `${url}::third`]);
    assert.ok(usage() >= before, "only compact frees space");
    served.succeed(["compact", "--threshold", "0", "--progress", url]);
    assert.ok(usage() < before - 2_000_000);
    served.succeed(["prune", "--keep-last", "1", url]);
    assert.deepEqual(archives(), ["two"]);
    served.succeed(["compact", "--cleanup-commits", url]);
    served.verify();
  });

  it("makes archives anew", () => {
    served.succeed(["recreate", "--exclude", "sh:**/random", "--comment", "less", `${url}::two`]);
    assert.equal(served.succeed(["list", "--short", `${url}::two`, "random"]), "");
    // 1.2 does not sign what it makes anew, which 1.4 minds.
    served.verify("repo", theirs);
  });

  it("checks, and repairs what is damaged, and hears of it", () => {
    const place = served.url("damaged");
    served.succeed(["init", "-e", "none", place]);
    served.succeed(["create", `${place}::a`, "many"], { cwd: source });
    const checked = served.run(["check", "-v", "--progress", place]);
    assert.equal(checked.status, 0);
    assert.match(checked.stderr, /Remote: Starting repository check/);
    assert.match(checked.stderr, /Checking segments +\d+\.\d%/);
    assert.match(checked.stderr, /Remote: Finished full repository check, no problems found/);
    served.succeed(["check", "--repository-only", "--max-duration", "100", place]);
    const segment = sandbox.path("damaged", "data", "0", "1");
    const content = readFileSync(segment);
    const middle = content.length >> 1;
    content[middle] = content[middle]! ^ 1;
    writeFileSync(segment, content);
    const found = served.run(["check", "--repository-only", place]);
    assert.equal(found.status, 1);
    assert.match(found.stderr, /Remote: .*[Cc]hecksum mismatch/);
    served.run(["check", "--repair", place]);
    served.verify("damaged");
  });

  it("hears JSON when it speaks JSON", () => {
    const { status, stderr } = served.run(["check", "--info", "--log-json", "--progress", "--repository-only", url]);
    assert.equal(status, 0);
    const events = stderr.trim().split("\n").map((line) => JSON.parse(line));
    const named = (name: string) => events.filter((event) => event.name === name);
    assert.ok(named("borg.repository").some(({ message }) => /Starting repository check/.test(message)));
    assert.ok(events.some(({ type, msgid }) => type === "progress_percent" && msgid === "repository.check"));
  });

  it("runs a command while the repository is locked, and breaks locks", () => {
    const words = [
      "sh",
      "-c",
      `ls '${sandbox.path("repo")}' | grep lock; ls '${sandbox.path("repo", "lock.exclusive")}'`,
    ];
    assert.match(served.succeed(["with-lock", url, ...words]), /^lock\.exclusive\nlock\.roster\n.+\.\d+-0\n$/);
    served.assertUnlocked();
    const lock = ["with-lock", url, "sh", "-c", `${"borg"} list --lock-wait 0 ${url}; echo $?`];
    assert.match(served.succeed(lock), /^2$/m);
    writeFileSync(sandbox.path("repo", "lock.roster"), '{"exclusive": [["elsewhere@1", 1, 0]]}');
    const stale = sandbox.folder("repo", "lock.exclusive");
    writeFileSync(join(stale, "elsewhere@1.1-0"), "");
    served.refused(/Failed to create\/acquire the lock .*\(timeout\)/, ["list", url]);
    served.succeed(["break-lock", url]);
    assert.deepEqual(archives(), ["two"]);
  });

  it("is told what is wrong", () => {
    served.refused(/Repository .*nowhere does not exist/, ["list", served.url("nowhere")]);
    served.refused(/is not a valid repository/, ["list", served.url("source")]);
    served.refused(/A repository already exists/, ["init", "-e", "none", url]);
    served.refused(/already something at/, ["init", "-e", "none", served.url("source")]);
    served.refused(/The parent path of the repo directory/, ["init", "-e", "none", served.url("a/b/c")]);
    served.succeed(["init", "-e", "none", "--make-parent-dirs", served.url("a/b/c")]);
    served.refused(/Archive .*missing does not exist/, ["extract", `${url}::missing`]);
  });

  it("sees its paths from the home and from the current directory", () => {
    served.succeed(["init", "-e", "none", "ssh://host/~/at-home"]);
    assert.ok(existsSync(join(served.base, "at-home", "config")));
    served.succeed(["init", "-e", "none", "host:beside"]);
    assert.ok(existsSync(sandbox.path("beside", "config")));
  });

  it("deletes the repository", () => {
    served.succeed(["delete", url]);
    assert.ok(!existsSync(sandbox.path("repo")));
  });
});
