import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { MODE_NAMES } from "../../../crypto/material.ts";
import { assertSameTree, describeTree } from "../../../interop/describe_tree.ts";
import { ours, PASSPHRASE, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";
import { Far } from "./far.ts";

/** With BorgBackup's server all of them; what our own makes of them does not depend on the mode. */
const MODES = {
  theirs: MODE_NAMES,
  ours: ["none", "repokey", "keyfile-blake2"],
};

for (const server of [theirs, ours]) {
  describe(`a remote repository served by ${server.name}`, requirePeer("borg", "setfacl", "setfattr"), () => {
    const far = new Far(server);
    const url = far.url("repo");
    const source = far.sandbox.folder("source");
    const archives = () => far.succeed(["list", "--short", url]).trim().split("\n");

    before(() => {
      writeTree(source, 1);
      far.succeed(["init", "-e", "repokey-blake2", url]);
      far.succeed(["create", `${url}::one`, "."], { cwd: source });
      writeFileSync(join(source, "more"), "more of it");
      far.succeed(["create", "-C", "zstd", `${url}::two`, "."], { cwd: source });
    });
    after(() => far.remove());

    for (const mode of MODES[server.name]) {
      it(`works in mode ${mode}`, () => {
        const place = far.url(mode);
        far.succeed(["init", "-e", mode, place]);
        far.succeed(["create", `${place}::a`, "many"], { cwd: source });
        const target = far.sandbox.folder("restored", mode);
        far.succeed(["extract", `${place}::a`], { cwd: target });
        assertSameTree(describeTree(join(target, "many")), describeTree(join(source, "many")));
        far.local(["check", "--verify-data", far.path(mode)]);
      });
    }

    it("gives back what it took, and BorgBackup reads it where it is", () => {
      const target = far.sandbox.folder("restored", "two");
      far.succeed(["extract", "--numeric-ids", `${url}::two`], { cwd: target });
      assertSameTree(describeTree(target), describeTree(source));
      assert.deepEqual(far.local(["list", "--short", far.path("repo")]).trim().split("\n"), ["one", "two"]);
    });

    it("is described", () => {
      assert.deepEqual(archives(), ["one", "two"]);
      assert.match(far.succeed(["info", url]), new RegExp(`^Location: ${url}$`, "m"));
      assert.match(far.succeed(["info", `${url}::two`]), /^Archive name: two$/m);
      assert.match(far.succeed(["list", `${url}::two`]), / more$/m);
      assert.match(far.succeed(["diff", `${url}::one`, "two"]), /^added +10 B more$/m);
      const { repository } = JSON.parse(far.succeed(["info", "--json", url]));
      assert.equal(repository.location, url);
      assert.equal(far.succeed(["version", url]), `1.4.5 / ${server === ours ? "1.4.5" : versionOf()}\n`);
    });

    it("is checked, and the server's words are handed on", () => {
      const { status, stderr } = far.run(["check", "-v", "--verify-data", url]);
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^Remote: .*[Ff]inished (full|segment) .*check/m);
      assert.match(stderr, /^Archive consistency check complete, no problems found\.$/m);
    });

    it("is repaired", () => {
      const place = far.url("broken");
      far.succeed(["init", "-e", "none", place]);
      far.succeed(["create", `${place}::a`, "many"], { cwd: source });
      const segments = join(far.path("broken"), "data", "0");
      const largest = readdirSync(segments).sort((a, b) => sizeOf(segments, b) - sizeOf(segments, a))[0]!;
      const bytes = readFileSync(join(segments, largest));
      bytes[100]! ^= 0xff;
      writeFileSync(join(segments, largest), bytes);
      assert.equal(far.run(["check", place]).status, 1);
      far.succeed(["check", "--repair", place]);
      far.succeed(["check", place]);
      far.local(["check", far.path("broken")]);
    });

    it("exports and imports archives", () => {
      const tar = far.path("two.tar");
      far.succeed(["export-tar", `${url}::two`, tar]);
      far.succeed(["import-tar", `${url}::three`, tar]);
      const contents = (name: string) =>
        far.succeed(["list", "--format", "{path} {sha256}{NL}", `${url}::${name}`, "many"]);
      assert.equal(contents("three"), contents("two"));
    });

    it("has its archives renamed, made anew, deleted and pruned, and its space freed", () => {
      far.succeed(["rename", `${url}::one`, "uno"]);
      far.succeed(["recreate", "--recompress", "-C", "zlib", "--exclude", "more", `${url}::two`]);
      assert.doesNotMatch(far.succeed(["list", `${url}::two`]), / more$/m);
      far.succeed(["create", `${url}::four`, "many"], { cwd: source });
      far.succeed(["delete", `${url}::four`]);
      far.succeed(["prune", "--keep-last", "1", url]);
      assert.equal(archives().length, 1);
      far.succeed(["compact", "--threshold", "0", "-v", url]);
      far.local(["check", "--verify-data", far.path("repo")]);
    });

    it("lends its lock, refuses who does not have it, and is set free", () => {
      const inside = `${ours.path} --lock-wait 1 list ${url}`;
      const { status, stderr } = far.run(["with-lock", url, "sh", "-c", inside]);
      assert.equal(status, 73, stderr);
      assert.match(stderr, /^Failed to create\/acquire the lock .*\/repo\/lock\.exclusive \(timeout\)\.$/m);
      writeFileSync(join(far.path("repo"), "lock.roster"), JSON.stringify({ shared: [["elsewhere@1", 1, 0]] }));
      assert.equal(far.run(["with-lock", url, "true"]).status, 73);
      far.succeed(["break-lock", url]);
      far.succeed(["with-lock", url, "true"]);
      assert.deepEqual(locks(far.path("repo")), []);
    });

    it("keeps its key", () => {
      const saved = far.path("saved-key");
      far.succeed(["key", "export", url, saved]);
      far.succeed(["key", "change-passphrase", url], { env: { BORG_NEW_PASSPHRASE: "another" } });
      assert.equal(far.run(["list", url]).status, 52);
      far.succeed(["key", "import", url, saved]);
      assert.equal(archives().length, 1);
      far.succeed(["list", url], { env: { BORG_PASSPHRASE: PASSPHRASE } });
    });

    it("is made with a quota, for appending only, and with its parents", () => {
      const deep = "deep/er/repo";
      assert.equal(far.run(["init", "-e", "none", far.url(deep)]).status, 18);
      const options = ["-e", "none", "--append-only", "--storage-quota", "20M", "--make-parent-dirs"];
      far.succeed(["init", ...options, far.url(deep)]);
      const config = readFileSync(join(far.path(deep), "config"), "utf8");
      assert.match(config, /^append_only = 1$/m);
      assert.match(config, /^storage_quota = 20000000$/m);
      assert.equal(far.run(["init", "-e", "none", far.url(deep)]).status, 10);
    });

    it("is deleted", () => {
      far.succeed(["delete", far.url("none")]);
      assert.equal(existsSync(far.path("none")), false);
      assert.equal(far.run(["list", far.url("none")]).status, 13);
    });
  });
}

function sizeOf(folder: string, name: string): number {
  return readFileSync(join(folder, name)).length;
}

function locks(repository: string): string[] {
  return readdirSync(repository).filter((name) => name.startsWith("lock"));
}

/** The version of BorgBackup on this machine. */
function versionOf(): string {
  const far = new Far(theirs);
  try {
    return far.sandbox.succeed(theirs, ["--version"]).trim().split(" ")[1]!;
  } finally {
    far.remove();
  }
}
