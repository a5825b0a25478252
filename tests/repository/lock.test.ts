import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { Lock, LockFailed, type LockOptions, LockTimeout } from "../../src/repository/lock.ts";
import { formatHolder, parseHolder } from "../../src/repository/locking/holder.ts";
import { Recorder, withScratch } from "./scratch.ts";

const HOST = "host-1.example@123";
/** Processes that live as long as this test, so that their locks are not stale. */
const ME = { hostId: HOST, pid: process.pid };
const OTHER = { hostId: HOST, pid: process.ppid };
const FOREIGN = { hostId: "elsewhere@9", pid: 1 };

function deadPid(): number {
  return spawnSync("true").pid;
}

function open(base: string, identity = ME, exclusive = true, options: Partial<LockOptions> = {}): Lock {
  return new Lock(base, identity, { exclusive, wait: 0, ...options });
}

function roster(base: string): unknown {
  return JSON.parse(readFileSync(`${base}.roster`, "utf8"));
}

function withBase(use: (base: string, directory: string) => Promise<void>): Promise<void> {
  return withScratch((directory) => use(join(directory, "lock"), directory));
}

describe("the name of a holder", () => {
  it("is split from the right", () => {
    assert.equal(formatHolder({ hostId: HOST, pid: 42, thread: 255 }), "host-1.example@123.42-ff");
    assert.deepEqual(parseHolder("host-1.example@123.42-ff"), { hostId: HOST, pid: 42, thread: 255 });
    for (const name of ["", "x", "h.1", "h-0", "h.x-0", ".tmp"]) assert.equal(parseHolder(name), undefined, name);
  });
});

describe("Lock", () => {
  it("leaves the files that BorgBackup expects, and none afterwards", () =>
    withBase(async (base, directory) => {
      const lock = open(base);
      await lock.acquire();
      assert.equal(lock.held, "exclusive");
      assert.deepEqual(readdirSync(`${base}.exclusive`), [`${HOST}.${process.pid}-0`]);
      assert.deepEqual(roster(base), { shared: [], exclusive: [[HOST, process.pid, 0]] });
      await lock.release();
      await lock.release();
      assert.deepEqual(readdirSync(directory), []);
    }));

  it("is shared by readers and kept from writers meanwhile", () =>
    withBase(async (base, directory) => {
      const [first, second] = [open(base, ME, false), open(base, OTHER, false)];
      await first.acquire();
      await second.acquire();
      assert.ok(!existsSync(`${base}.exclusive`));
      await assert.rejects(open(base, FOREIGN).acquire(), (error) =>
        error instanceof LockTimeout && error.data[0] === base);
      await first.release();
      await assert.rejects(open(base, FOREIGN).acquire(), LockTimeout);
      await second.release();
      assert.deepEqual(readdirSync(directory), []);
      await open(base, FOREIGN).acquire();
    }));

  it("is kept from everybody while it is exclusive", () =>
    withBase(async (base) => {
      await open(base).acquire();
      const isTimeout = (error: unknown) => error instanceof LockTimeout && error.data[0] === `${base}.exclusive`;
      await assert.rejects(open(base, OTHER).acquire(), isTimeout);
      await assert.rejects(open(base, OTHER, false).acquire(), isTimeout);
    }));

  it("waits until the holder is done", () =>
    withBase(async (base) => {
      const holder = open(base);
      await holder.acquire();
      setTimeout(() => holder.release(), 50);
      await open(base, OTHER, true, { wait: 2 }).acquire();
      assert.deepEqual(roster(base), { shared: [], exclusive: [[HOST, OTHER.pid, 0]] });
    }));

  it("ends its wait, however long, when it is told to", () =>
    withBase(async (base, directory) => {
      for (const exclusive of [true, false]) {
        const holder = open(base, ME, exclusive);
        await holder.acquire();
        let asked = 0;
        const checkAbort = () => {
          if (++asked === 3) throw new Error("told to");
        };
        const start = performance.now();
        await assert.rejects(open(base, OTHER, true, { wait: 6000, checkAbort }).acquire(), /told to/);
        assert.ok(performance.now() - start < 1000);
        await holder.release();
        assert.deepEqual(readdirSync(directory), []);
      }
    }));

  it("is released even when it is told to end", () =>
    withBase(async (base, directory) => {
      const checkAbort = () => assert.fail("a release must not ask");
      const reader = open(base, ME, false, { wait: 1, checkAbort });
      await reader.acquire();
      mkdirSync(`${base}.exclusive`);
      writeFileSync(join(`${base}.exclusive`, formatHolder({ ...FOREIGN, thread: 0 })), "");
      setTimeout(() => open(base, FOREIGN).breakLock(), 50);
      await reader.release();
      assert.deepEqual(readdirSync(directory), []);
    }));

  it("waits until the last reader is done", () =>
    withBase(async (base) => {
      const reader = open(base, ME, false);
      await reader.acquire();
      setTimeout(() => reader.release(), 50);
      const writer = open(base, OTHER, true, { wait: undefined });
      await writer.acquire();
      assert.equal(writer.held, "exclusive");
    }));

  it("becomes exclusive when no other reader is left", () =>
    withBase(async (base) => {
      const [first, second] = [open(base, ME, false), open(base, OTHER, false)];
      await first.acquire();
      await second.acquire();
      await assert.rejects(first.upgrade(), LockTimeout);
      assert.equal(first.held, "shared");
      assert.deepEqual(
        new Set((roster(base) as { shared: number[][] }).shared.map(([, pid]) => pid)),
        new Set([ME.pid, OTHER.pid]),
      );
      await second.release();
      await first.upgrade();
      await first.upgrade();
      assert.equal(first.held, "exclusive");
      assert.deepEqual(roster(base), { shared: [], exclusive: [[HOST, ME.pid, 0]] });
    }));

  it("is taken from dead processes of this machine", () =>
    withBase(async (base) => {
      const dead = { hostId: HOST, pid: deadPid() };
      await open(base, dead).acquire();
      const listener = new Recorder();
      const lock = open(base, ME, true, { listener });
      await lock.acquire();
      assert.deepEqual(listener.messages, [
        { level: "warning", message: "lock.staleRemoved", data: [`${base}.exclusive`, `${HOST}.${dead.pid}-0`] },
      ]);
      assert.deepEqual(roster(base), { shared: [], exclusive: [[HOST, ME.pid, 0]] });
    }));

  it("drops dead readers of this machine and keeps those of others", () =>
    withBase(async (base) => {
      writeFileSync(`${base}.roster`, JSON.stringify({ shared: [[HOST, deadPid(), 0]] }));
      const lock = open(base);
      await lock.acquire();
      await lock.release();
      writeFileSync(`${base}.roster`, JSON.stringify({ shared: [["elsewhere@9", deadPid(), 0]] }));
      await assert.rejects(lock.acquire(), LockTimeout);
    }));

  it("is never taken from other machines, other threads or names that it cannot read", () =>
    withBase(async (base) => {
      const pid = deadPid();
      for (const name of [`elsewhere@9.${pid}-0`, `${HOST}.${pid}-1`, "garbage"]) {
        mkdirSync(`${base}.exclusive`);
        writeFileSync(`${base}.exclusive/${name}`, "");
        const listener = new Recorder();
        await assert.rejects(open(base, ME, true, { listener }).acquire(), LockTimeout, name);
        assert.deepEqual(listener.names, name === "garbage" ? ["lock.malformedHolder"] : []);
        open(base).breakLock();
      }
    }));

  it("is not hindered by an empty directory or a damaged roster", () =>
    withBase(async (base, directory) => {
      mkdirSync(`${base}.exclusive`);
      for (const content of ["", "{", "[]", "null", '{"shared": 5}', '{"shared": [[1]]}']) {
        writeFileSync(`${base}.roster`, content);
        const lock = open(base);
        await lock.acquire();
        await lock.release();
        assert.deepEqual(readdirSync(directory), []);
      }
    }));

  it("can be broken", () =>
    withBase(async (base, directory) => {
      await open(base, FOREIGN).acquire();
      open(base).breakLock();
      assert.deepEqual(readdirSync(directory), []);
      open(base).breakLock();
    }));

  it("says when it cannot be made", () =>
    withScratch(async (directory) => {
      const path = join(directory, "missing", "lock");
      await assert.rejects(open(path).acquire(), (error) =>
        error instanceof LockFailed && error.data[0] === `${path}.exclusive`);
    }));
});
