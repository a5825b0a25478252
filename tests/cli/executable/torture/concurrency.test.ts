import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { Sandbox } from "../../../interop/harness.ts";
import { require } from "../../../interop/requirements.ts";
import { noise } from "../check/damaged_repository.ts";
import { Stage } from "./holding.ts";

/** Modern status of a lock that is not to be had. */
const LOCK_TIMEOUT = 73;

const CREATE = "create -C none @::new new";
const OTHERS: Readonly<Record<string, string>> = {
  create: "create -C none @::newer new",
  prune: "prune --keep-last 1 @",
  delete: "delete @::one",
  recreate: "recreate -C zlib --recompress always @::one",
  "check --repair": "check --repair @",
  compact: "compact --threshold 0 @",
};

/** What asks for no passphrase is held elsewhere. */
function holderOf(command: string): "passphrase" | "link" {
  return command.startsWith("compact") ? "link" : "passphrase";
}

describe("of two commands on one repository", () => {
  const sandbox = new Sandbox();
  const template = new Stage(sandbox, "template");

  before(() => {
    for (const [i, name] of ["one", "two", "new"].entries()) {
      for (let j = 0; j < 3; j++) writeFileSync(`${sandbox.folder(name)}/file${j}`, noise(30_000, 1 + i + j));
    }
    sandbox.folder("template", "base");
    template.succeed("init -e repokey @");
    for (const name of ["one", "two"]) template.succeed(`create -C none @::${name} ${name}`);
  });
  after(() => sandbox.remove());

  function stage(name: string): Stage {
    const copy = new Stage(sandbox, name.replaceAll(/\W+/g, "-"));
    copy.copyFrom(template);
    return copy;
  }

  /** What is there when both commands come one after the other. */
  function inTurns(first: string, second: string): Promise<string> {
    const copy = stage(`reference ${first} ${second}`);
    for (const command of [first, second]) copy.succeed(command);
    return copy.state();
  }

  /** Demands that a command gets no lock, says so, and has changed nothing. */
  function assertRefused(stage: Stage, command: string): void {
    const { status, stderr } = stage.run(command);
    assert.equal(status, LOCK_TIMEOUT, `${command}: ${stderr}`);
    assert.match(stderr, /^Failed to create\/acquire the lock \S+lock\.?\w* \(timeout\)\.$/m);
  }

  function assertSound(stage: Stage): void {
    assert.deepEqual(stage.locks, []);
    stage.succeed("check --verify-data @");
  }

  for (const [name, other] of Object.entries(OTHERS)) {
    for (const [first, second] of name === "create" ? [[CREATE, other]] : [[CREATE, other], [other, CREATE]]) {
      it(`"${second}" waits for "${first}", or does nothing`, async () => {
        const both = stage(`${first} ${second}`);
        const held = await both.hold(first!, holderOf(first!));
        try {
          assertRefused(both, second!);
          const waiting = both.start(`--lock-wait 20 ${second}`);
          await both.someoneWaits();
          assert.equal(waiting.child.exitCode, null);
          both.release();
          for (const { ended } of [held, waiting]) {
            const { status, stderr } = await ended;
            assert.equal(status, 0, stderr);
          }
        } finally {
          held.child.kill("SIGKILL");
        }
        assertSound(both);
        assert.equal(await both.state(), await inTurns(first!, second!));
      });
    }
  }

  describe("one of which mounts,", require(canMount(), "mounting needs FUSE"), () => {
    it("nothing is written while it is mounted", async () => {
      const both = stage("mount create");
      both.succeed("mount @ %");
      try {
        for (const command of [CREATE, ...Object.values(OTHERS)]) assertRefused(both, command);
        assert.deepEqual(readdirSync(both.mountPoint).sort(), ["one", "two"]);
        const waiting = both.start(`--lock-wait 20 ${CREATE}`);
        await both.someoneWaits();
        assert.equal(waiting.child.exitCode, null);
        both.succeed("umount %");
        assert.equal((await waiting.ended).status, 0);
      } finally {
        if (readdirSync(both.mountPoint).length > 0) both.run("umount %");
      }
      await both.until(() => both.locks.length === 0, "the mount is gone");
      assertSound(both);
    });

    it("it waits for what is written", async () => {
      const both = stage("create mount");
      const held = await both.hold(CREATE, "passphrase");
      assertRefused(both, "mount @ %");
      const waiting = both.start("--lock-wait 20 mount @ %");
      await both.someoneWaits();
      both.release();
      assert.equal((await held.ended).status, 0);
      assert.equal((await waiting.ended).status, 0);
      try {
        assert.deepEqual(readdirSync(both.mountPoint).sort(), ["new", "one", "two"]);
        assert.ok(existsSync(`${both.mountPoint}/new/new/file0`));
      } finally {
        both.succeed("umount %");
      }
    });
  });
});

function canMount(): boolean {
  return existsSync("/dev/fuse") && spawnSync("fusermount3", ["--version"]).status === 0;
}
