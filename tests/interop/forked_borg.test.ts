import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, describe, it } from "node:test";
import { mattersEarly } from "./forked_borg.ts";
import { environment, type RunOptions, Sandbox, theirs } from "./harness.ts";
import { requirePeer } from "./requirements.ts";

describe("BorgBackup that is forked", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  /** Forked it ends and says what it does when it is started for each command. */
  function same(args: readonly string[], { cwd = sandbox.root, env = {}, input = "" }: RunOptions = {}): string {
    const forked = sandbox.run(theirs, args, { cwd, env, input });
    const base = sandbox.folder("base-theirs");
    const { status, stdout, stderr } = spawnSync(theirs.path, args, {
      cwd,
      env: { ...environment(base), ...env },
      input,
      encoding: "utf8",
    });
    assert.deepEqual(forked, { status, stdout, stderr }, args.join(" "));
    return forked.stdout + forked.stderr;
  }

  it("does the same with its arguments, environment, input and folder", () => {
    sandbox.succeed(theirs, ["init", "-e", "repokey", "repo"]);
    sandbox.succeed(theirs, ["create", "repo::a", "-"], { input: "x" });
    assert.equal(same(["extract", "--stdout", "repo::a"]), "x");
    assert.match(same(["list", "../repo"], { cwd: sandbox.folder("below"), env: { TZ: "Asia/Tokyo" } }), /^a .*, /);
    assert.match(same(["list", "repo::é"]), /Archive é does not exist/);
    assert.match(same(["list", "repo"], { env: { BORG_PASSPHRASE: "wrong" } }), /^passphrase supplied /);
    assert.match(same(["debug", "dump-archive", "repo::a", "-"]), /"cmdline": \[\n *"\/.*borg",\n/);
  });

  it("tells apart what must be there before it is loaded", () => {
    assert.deepEqual(["BORG_HOST_ID", "LC_ALL", "BORG_REPO", "PATH"].map((name) => mattersEarly({ [name]: "" })), [
      true,
      true,
      false,
      false,
    ]);
  });
});
