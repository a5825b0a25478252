import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { noise } from "../check/damaged_repository.ts";
import { serverOf } from "../child_of.ts";
import { Far } from "../remote/far.ts";
import { MountPoint, until } from "./mounted.ts";

/** Much longer than what is asked for takes; whatever waits for something that does not come ends then. */
const PATIENCE = 60_000;

describe("a mounted repository whose server says nothing", { ...requireRoot(), ...requirePeer("fusermount3") }, () => {
  const far = new Far(ours);
  const url = far.url("repo");
  const contents = noise(3_000_000);

  before(() => {
    const tree = far.sandbox.folder("source", "tree");
    for (const name of ["seen", "unseen"]) {
      mkdirSync(join(tree, name));
      for (const number of [1, 2, 3]) writeFileSync(join(tree, name, `file-${number}`), "small");
    }
    writeFileSync(join(tree, "large"), contents);
    far.succeed(["init", "-e", "none", url]);
    far.succeed(["create", `${url}::one`, "."], { cwd: tree });
  });
  after(() => far.remove());

  it("goes on answering others while one reader waits", async () => {
    const point = new MountPoint(far.sandbox);
    await point.inForeground(url, [], async (path, { pid }) => {
      assert.equal(list(join(path, "one/seen")), "file-1\nfile-2\nfile-3\n");
      const server = serverOf(pid);
      process.kill(server, "SIGSTOP");
      try {
        const large = join(path, "one/large");
        const reader = spawn("cmp", [large, far.sandbox.path("source/tree/large")], { stdio: "ignore" });
        const ended = once(reader, "exit");
        await until(() => waitsFor(reader.pid!, large), () => "the reader waits");
        assert.equal(list(join(path, "one/unseen")), "file-1\nfile-2\nfile-3\n", "while the reader waits");
        assert.equal(spawnSync("stat", [join(path, "one/unseen/file-2")], { timeout: PATIENCE }).status, 0);
        assert.equal(reader.exitCode, null, "the reader still waits");
        process.kill(server, "SIGCONT");
        assert.deepEqual(await ended, [0, null], "the reader gets what was backed up");
      } finally {
        process.kill(server, "SIGCONT");
      }
    }, far.env);
  });
});

function list(directory: string): string {
  return spawnSync("ls", [directory], { encoding: "utf8", timeout: PATIENCE }).stdout;
}

/** Whether a process has opened a file and does nothing for the moment. */
function waitsFor(pid: number, path: string): boolean {
  const descriptors = [3, 4].map((descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`));
  const isAsleep = /\) [SD] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  return descriptors.includes(path) && isAsleep;
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined; // not open yet
    throw error;
  }
}
