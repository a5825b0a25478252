import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, type Program, Sandbox, theirs } from "../../interop/harness.ts";
import { requirePeer } from "../../interop/requirements.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const PATIENCE = 20_000;
/** Longer than the test takes, and no longer: whoever ends the test itself leaves nothing behind that waits on. */
const WAIT = "60";

/** Resolves as soon as `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  for (const start = Date.now(); !condition();) {
    if (Date.now() - start > PATIENCE) assert.fail("waited in vain");
    await pause(20);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** When something was last made or removed in a folder: every look for a lock does. */
function lastChange(folder: string): bigint {
  return statSync(folder, { bigint: true }).mtimeNs;
}

/** A lock in `folder` that a process of another machine holds, so that nobody takes it for a left-over. */
function lock(folder: string): () => void {
  mkdirSync(join(folder, "lock.exclusive"));
  writeFileSync(join(folder, "lock.exclusive", "elsewhere@9.1-0"), "");
  return () => rmSync(join(folder, "lock.exclusive"), { recursive: true });
}

/** Waits for a child that waits in `folder`, sends the signal, gives how the child ended. */
async function interrupt(child: ChildProcess, folder: string, before: bigint, signal: NodeJS.Signals) {
  const ended = once(child, "exit");
  await until(() => lastChange(folder) !== before);
  await pause(300);
  const start = Date.now();
  child.kill(signal);
  const [status, killedBy] = await ended;
  return { status, killedBy, time: Date.now() - start };
}

for (const program of [ours, theirs]) {
  describe(`a wait for a lock, ${program.name}`, program === theirs ? requirePeer("borg") : {}, () => {
    const sandbox = new Sandbox();
    const base = sandbox.path(`base-${program.name}`);
    const repository = sandbox.path("repo");

    before(() => {
      sandbox.succeed(program, ["init", "-e", "none", repository]);
      sandbox.succeed(program, ["create", `${repository}::first`, sandbox.folder("empty")]);
    });
    const children: ChildProcess[] = [];
    after(() => {
      for (const child of children) child.kill("SIGKILL");
      sandbox.remove();
    });

    // BorgBackup's create takes the first SIGINT for a wish to come to a good end, and goes on waiting.
    for (const signal of program === ours ? SIGNALS : SIGNALS.slice(1)) {
      it(`for the repository ends at ${signal}`, () => endsAt(program, signal, repository));
      if (program === ours) it(`for the cache ends at ${signal}`, () => endsAt(program, signal, cacheFolder()));
    }

    function cacheFolder(): string {
      const caches = join(base, ".cache", "borg");
      return join(caches, readdirSync(caches).find((name) => /^[0-9a-f]{64}$/.test(name))!);
    }

    async function endsAt(program: Program, signal: NodeJS.Signals, folder: string): Promise<void> {
      const unlock = lock(folder);
      const change = lastChange(folder);
      const args = ["create", "--lock-wait", WAIT, `${repository}::second`, sandbox.path("empty")];
      const child = spawn(program.path, args, { env: environment(base), stdio: "ignore" });
      children.push(child);
      try {
        const { status, killedBy, time } = await interrupt(child, folder, change, signal);
        assert.deepEqual([status, killedBy], [128 + constants.signals[signal], null]);
        assert.ok(time < 5000, `${time} ms`);
      } finally {
        child.kill("SIGKILL");
        unlock();
      }
      const left = [...readdirSync(repository), ...readdirSync(folder)].filter((name) => /^lock/.test(name));
      if (program === ours) assert.deepEqual(left, []);
      else for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
      sandbox.succeed(program, ["create", "--dry-run", `${repository}::third`, sandbox.path("empty")]);
    }
  });
}
