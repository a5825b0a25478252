import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { environment, ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { fakeShell } from "../remote/fake_shell.ts";

const HERE = "here@1";
const ELSEWHERE = "elsewhere@2";
const LOCK_TIMEOUT = 73;

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync("true").pid;
}

describe("a lock that somebody has left", () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const base = sandbox.path("base");
  let shell: string;

  before(() => {
    shell = fakeShell(sandbox);
    writeFileSync(join(sandbox.folder("source"), "file"), "contents");
    assert.equal(run("init -e none @").status, 0);
    assert.equal(run("create @::first source").status, 0);
  });
  after(() => sandbox.remove());

  function run(command: string, far = false) {
    return sandbox.run(ours, command.replace("@", far ? `ssh://host${repository}` : repository).split(" "), {
      base,
      env: { BORG_HOST_ID: HERE, BORG_EXIT_CODES: "modern", BORG_RSH: shell, BORG_REMOTE_PATH: ours.path },
    });
  }

  function cache(): string {
    const folder = join(base, ".cache", "borg");
    return join(folder, readdirSync(folder).find((name) => /^[0-9a-f]{64}$/.test(name))!);
  }

  /** A lock as a process leaves it that was killed. */
  function lockExclusively(folder: string, host: string, pid: number): void {
    mkdirSync(join(folder, "lock.exclusive"));
    writeFileSync(join(folder, "lock.exclusive", `${host}.${pid}-0`), "");
    writeFileSync(join(folder, "lock.roster"), JSON.stringify({ exclusive: [[host, pid, 0]] }));
  }

  function locksIn(folder: string): string[] {
    return readdirSync(folder).filter((name) => name.startsWith("lock"));
  }

  function unlock(folder: string): void {
    for (const name of locksIn(folder)) rmSync(join(folder, name), { recursive: true });
  }

  for (const far of [false, true]) {
    describe(far ? "on a server" : "here", () => {
      let number = 0;
      const create = () => `create @::${far ? "far" : "near"}${number++} source`;

      it("is no obstacle when a dead process of this machine had it alone", () => {
        lockExclusively(repository, HERE, deadPid());
        const { status, stderr } = run(create(), far);
        assert.equal(status, 0, stderr);
        assert.match(stderr, /stale lock/);
        assert.deepEqual(locksIn(repository), []);
      });

      it("is no obstacle when a dead process of this machine shared it", () => {
        writeFileSync(join(repository, "lock.roster"), JSON.stringify({ shared: [[HERE, deadPid(), 0]] }));
        assert.equal(run(create(), far).status, 0);
        assert.deepEqual(locksIn(repository), []);
      });

      it("stays when a process of another machine has it, dead or not", () => {
        for (const pid of [deadPid(), process.pid]) {
          lockExclusively(repository, ELSEWHERE, pid);
          for (const command of [create(), "list @"]) assert.equal(run(command, far).status, LOCK_TIMEOUT);
          assert.deepEqual(readdirSync(join(repository, "lock.exclusive")), [`${ELSEWHERE}.${pid}-0`]);
          unlock(repository);
        }
      });

      it("stays when a process of another machine shares it, and others may share it too", () => {
        const roster = JSON.stringify({ shared: [[ELSEWHERE, deadPid(), 0]] });
        writeFileSync(join(repository, "lock.roster"), roster);
        assert.equal(run(create(), far).status, LOCK_TIMEOUT);
        assert.equal(run("list @", far).status, 0);
        assert.equal(run(create(), far).status, LOCK_TIMEOUT);
        unlock(repository);
      });

      it("stays when a process of this machine has it that lives", () => {
        lockExclusively(repository, HERE, process.pid);
        assert.equal(run(create(), far).status, LOCK_TIMEOUT);
        assert.deepEqual(locksIn(repository).sort(), ["lock.exclusive", "lock.roster"]);
        unlock(repository);
      });

      it("goes when a user says so", () => {
        lockExclusively(repository, ELSEWHERE, 1);
        assert.equal(run("break-lock @", far).status, 0);
        assert.equal(run(create(), far).status, 0);
      });
    });
  }

  it("on the cache is treated the same", () => {
    lockExclusively(cache(), HERE, deadPid());
    assert.equal(run("create @::cache1 source").status, 0);
    lockExclusively(cache(), ELSEWHERE, deadPid());
    assert.equal(run("create @::cache2 source").status, LOCK_TIMEOUT);
    assert.deepEqual(locksIn(repository), []);
    unlock(cache());
  });

  it("whose file has a name that nobody understands stays", () => {
    mkdirSync(join(repository, "lock.exclusive"));
    writeFileSync(join(repository, "lock.exclusive", "whoever"), "");
    assert.equal(run("create @::odd source").status, LOCK_TIMEOUT);
    assert.deepEqual(readdirSync(join(repository, "lock.exclusive")), ["whoever"]);
    unlock(repository);
  });

  describe("by one program is recognised by the other,", requirePeer("borg"), () => {
    for (const [owner, finder] of [[ours, theirs], [theirs, ours]] as [Program, Program][]) {
      it(`left by ${owner.name}`, async () => {
        const shared = sandbox.folder("shared");
        const env = { ...environment(shared), BORG_HOST_ID: HERE };
        const child = spawn(owner.path, ["with-lock", repository, "cat"], { env, stdio: ["pipe", "ignore", "ignore"] });
        const ended = new Promise((resolve) => child.once("close", resolve));
        const lock = join(repository, "lock.exclusive");
        while (!isLocked(lock)) await setTimeout(20);
        const refused = sandbox.run(finder, ["with-lock", repository, "true"], { base: shared, env });
        assert.notEqual(refused.status, 0, "the lock holds while its owner lives");
        child.kill("SIGKILL");
        await ended;
        child.stdin.end();
        assert.ok(isLocked(lock));
        sandbox.succeed(finder, ["with-lock", repository, "true"], { base: shared, env });
        assert.deepEqual(locksIn(repository), []);
      });
    }
  });

  /** Whether the lock is held for good, and not only on the way to the roster. */
  function isLocked(path: string): boolean {
    return locksIn(repository).includes("lock.roster") && readdirSync(path).length > 0;
  }
});
