import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, Sandbox, theirs } from "../../../interop/harness.ts";
import { environment } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { named, NEGOTIATION, ServerProcess } from "./server_process.ts";
import { Served } from "./served.ts";

/** Waits until something is so; the runner's time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Bytes that cannot be compressed or deduplicated, the same for the same seed. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed * 2654435761 + 1;
  return new Uint8Array(length).map(() => (state = Math.imul(state, 1103515245) + 12345) >>> 16);
}

describe("a server that is stopped", () => {
  const sandbox = new Sandbox();
  const exclusive = sandbox.path("repo", "lock.exclusive");
  const roster = sandbox.path("repo", "lock.roster");
  const open = (options = {}) => ({ path: "repo", lock_wait: 1, exclusive: true, ...options });
  before(() => void sandbox.succeed(ours, ["init", "-e", "none", "repo"]));
  after(() => sandbox.remove());

  async function start(): Promise<ServerProcess> {
    const server = new ServerProcess({ cwd: sandbox.root });
    server.send(NEGOTIATION);
    await server.next();
    return server;
  }

  const STATUSES = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;
  for (const [signal, status] of Object.entries(STATUSES)) {
    it(`by ${signal} leaves no lock and says so`, async () => {
      const server = await start();
      await server.call("open", open());
      await server.call("put", { id: new Uint8Array(32).fill(1), data: "never committed" });
      assert.ok(existsSync(exclusive));
      server.child.kill(signal as keyof typeof STATUSES);
      const { stderr, ...ending } = await server.ended;
      assert.equal(ending.status, status);
      assert.equal(JSON.parse(stderr).msgid, `Signal.${signal}`);
      assert.ok(!existsSync(exclusive) && !existsSync(roster));
      sandbox.succeed(ours, ["check", "repo"]);
    });
  }

  it("while nobody reads what it has to say leaves no lock", async () => {
    const server = await start();
    await server.call("open", open());
    const id = new Uint8Array(32).fill(2);
    await server.call("put", { id, data: noise(4_000_000, 1) });
    server.child.stdout!.pause();
    for (let i = 0; i < 20; i++) server.send(named(i, "get", { id }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.child.kill("SIGTERM");
    server.child.stdout!.resume();
    const { status } = await server.ended;
    assert.equal(status, 143);
    assert.ok(!existsSync(exclusive));
  });

  it("while it waits for a lock leaves that to its holder", async () => {
    const [holder, waiting] = [await start(), await start()];
    await holder.call("open", open());
    waiting.send(named(2, "open", open({ lock_wait: null })));
    await new Promise((resolve) => setTimeout(resolve, 200));
    waiting.child.kill("SIGTERM");
    assert.equal((await waiting.ended).status, 143);
    assert.ok(existsSync(exclusive));
    assert.equal((await holder.finish()).status, 0);
    assert.ok(!existsSync(exclusive));
  });

  it("by a closed connection leaves no lock", async () => {
    const server = await start();
    await server.call("open", open({ exclusive: false }));
    assert.ok(existsSync(roster));
    server.child.stdin!.destroy();
    server.child.stdout!.destroy();
    assert.equal((await server.ended).status, 0);
    assert.ok(!existsSync(roster));
  });

  it("by a reader that is gone leaves no lock", async () => {
    const server = await start();
    await server.call("open", open());
    server.child.stdout!.destroy();
    for (let i = 0; i < 3; i++) server.send(named(i, "list"));
    await server.ended;
    assert.ok(!existsSync(exclusive));
  });
});

describe("a client that is killed", requirePeer("borg"), () => {
  let served: Served;
  before(() => {
    served = new Served();
    served.sandbox.folder("source");
    for (let i = 0; i < 40; i++) writeFileSync(served.sandbox.path("source", `file${i}`), noise(500_000, i));
    served.succeed(["init", "-e", "repokey-blake2", served.url()]);
  });
  after(() => served.remove());

  /** Begins a backup and kills the client once the repository has grown to so many bytes of segments. */
  async function createAndKill(name: string, segments: number): Promise<void> {
    const args = ["create", "-C", "none", "--checkpoint-interval", "1", `${served.url()}::${name}`, "source"];
    const client = spawn(theirs.path, args, {
      cwd: served.sandbox.root,
      env: { ...environment(served.base), ...served.env },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => client.on("close", resolve));
    let done = false;
    void ended.then(() => done = true);
    await until(() => done || existsSync(served.sandbox.path("repo", "data", "0", String(segments))));
    client.kill("SIGKILL");
    await ended;
    await until(() => !existsSync(served.sandbox.path("repo", "lock.exclusive")));
  }

  it("leaves no lock and a repository in order, again and again, and the next one goes on", async () => {
    for (let i = 0; i < 5; i++) {
      await createAndKill(`try${i}`, 2 + i);
      served.verify();
      served.succeed(["list", served.url()]);
    }
    served.succeed(["create", "-C", "none", `${served.url()}::whole`, "source"]);
    served.sandbox.folder("target");
    served.succeed(["extract", `${served.url()}::whole`], { cwd: served.sandbox.path("target") });
    served.verify();
  });

  it("was only waiting for the lock, which its holder keeps", async () => {
    const holder = new ServerProcess({ cwd: served.sandbox.root });
    holder.send(NEGOTIATION);
    await holder.next();
    await holder.call("open", { path: "repo", lock_wait: 1, exclusive: true });
    const { status, stderr } = served.run(["create", "--lock-wait", "0", `${served.url()}::never`, "source"]);
    assert.equal(status, 2);
    assert.match(stderr, /Failed to create\/acquire the lock .*\(timeout\)/);
    assert.ok(existsSync(served.sandbox.path("repo", "lock.exclusive")));
    await holder.finish();
    served.verify();
  });
});
