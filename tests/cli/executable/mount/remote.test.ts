import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assertSameTree, describeTree } from "../../../interop/describe_tree.ts";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";
import { serverOf } from "../child_of.ts";
import { Far } from "../remote/far.ts";
import { MountPoint, shell } from "./mounted.ts";

for (const server of [theirs, ours]) {
  describe(`a mounted remote repository, served by ${server.name}`, {
    ...requireRoot(),
    ...requirePeer("borg", "setfacl", "fusermount3"),
  }, () => {
    const far = new Far(server);
    const url = far.url("repo");
    const source = far.sandbox.folder("source");
    const { env } = far;

    before(() => {
      writeTree(source, 3);
      far.succeed(["init", "-e", "repokey-blake2", url]);
      for (const name of ["one", "two"]) far.succeed(["create", `${url}::${name}`, "."], { cwd: source });
    });
    after(() => far.remove());

    it("shows the whole tree", async () => {
      await new MountPoint(far.sandbox).within(url, ["--numeric-ids"], (path) => {
        assert.deepEqual(readdirSync(path), ["one", "two"]);
        assertSameTree(describeTree(join(path, "two")), describeTree(source));
      }, { env });
    });

    it("is copied by several at once", async () => {
      await new MountPoint(far.sandbox).within(`${url}::one`, [], (path) => {
        shell(path, `p=; for i in 1 2 3; do diff -r --no-dereference -x fifo . ${source} & p="$p $!"; done; wait $p`);
      }, { env });
    });

    it("is told of when the server is gone: errors, no wrong bytes, no hung mount", async () => {
      const point = new MountPoint(far.sandbox);
      await point.inForeground(url, [], async (path, { pid, said }) => {
        assert.ok(statSync(join(path, "one/text")).size > 0);
        process.kill(serverOf(pid), "SIGKILL");
        assert.throws(() => readFileSync(join(path, "one/zeros")), { code: "EIO" });
        await said(/Connection/);
        assert.throws(() => readdirSync(join(path, "two")), { code: "EIO" });
      }, env);
      assert.ok(!point.isMounted);
    });
  });
}
