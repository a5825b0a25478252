import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

/**
 * Backs up what comes through a pipe, and once the run is under way, lets it have 400 MB more and not the 674 that lzma,9
 * wants: a job fails in its worker.
 */
const SCRIPT = `
  mkfifo pipe
  "$1" create -C lzma,9 repository::a - <pipe &
  exec 3>pipe
  for i in $(seq 300); do if [ -d repository/lock.exclusive ]; then break; fi; sleep 0.1; done
  sleep 1
  prlimit --pid $! --data=$(( ($(awk '/^VmData/ { print $2 }' /proc/$!/status) + 400000) * 1024 ))
  seq 500000 >&3
  exec 3>&-
  wait $!`;

describe("a worker that fails", requirePeer("prlimit", "awk"), () => {
  let sandbox: Sandbox;
  before(() => {
    sandbox = new Sandbox();
    sandbox.succeed(ours, ["init", "-e", "none", sandbox.path("repository")]);
  });
  after(() => sandbox.remove());

  it("ends the run with an error, and leaves the repository as it was", () => {
    const { status, stderr } = spawnSync("sh", ["-c", SCRIPT, "sh", ours.path], {
      cwd: sandbox.root,
      env: { ...environment(sandbox.folder("base-ours")), VINCULUM_WORKERS: "1" },
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.deepEqual([status, stderr], [2, "Error: a worker failed: RangeError: liblzma has no memory left\n"]);
    const repository = sandbox.path("repository");
    assert.equal(sandbox.succeed(ours, ["list", "--short", repository]), "");
    sandbox.succeed(ours, ["create", `${repository}::b`, "repository/config"]);
    sandbox.succeed(ours, ["check", "--verify-data", repository]);
  });
});
