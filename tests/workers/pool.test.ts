import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BorgError } from "../../src/errors.ts";
import type { SealJob, UnsealJob } from "../../src/workers/jobs.ts";
import { WorkerFailure, WorkerPool } from "../../src/workers/pool.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { idsOf, outputsOf, slotWith } from "./slot_contents.ts";

const SETUP = { material: vectorMaterial("repokey-blake2") };
const VERIFY: UnsealJob = { kind: "unseal", count: 1, discard: true };
const MUCH = 1 << 20;

function script(name: string): URL {
  return new URL(`./scripts/${name}.ts`, import.meta.url);
}

async function withPool<T>(pool: WorkerPool, use: (pool: WorkerPool) => Promise<T>): Promise<T> {
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

/** The errors of all promises; fails when one is kept. */
async function rejections(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return (await Promise.allSettled(promises)).map((settled) => {
    assert.equal(settled.status, "rejected");
    return settled.reason;
  });
}

describe("WorkerPool", () => {
  it("takes as many workers as there are cores, or as is wanted", () => {
    assert.ok(WorkerPool.sizeFor(undefined) >= 1);
    assert.equal(WorkerPool.sizeFor("3"), 3);
    assert.equal(WorkerPool.sizeFor("1000"), 64);
    for (const wrong of ["0", "-1", "1.5", "x", ""]) assert.throws(() => WorkerPool.sizeFor(wrong), BorgError, wrong);
  });

  it("seals and unseals", () =>
    withPool(new WorkerPool(2, SETUP), async (pool) => {
      const chunks = [new Uint8Array(1000), new Uint8Array(MUCH).fill(3)];
      const sealing: SealJob = { kind: "seal", count: 2, iv: 5n, compression: { name: "lz4" }, index: undefined };
      const slot = slotWith(chunks);
      assert.deepEqual(await pool.run(sealing, slot), { failures: [] });
      const back = slotWith(outputsOf(slot, 2));
      idsOf(slot, 2).forEach((id, i) => back.setId(i, id));
      assert.deepEqual(await pool.run({ kind: "unseal", count: 2, discard: false }, back), { failures: [] });
      assert.deepEqual(outputsOf(back, 2), chunks);
    }));

  for (const length of [1000, MUCH]) {
    it(`lets a job of ${length} bytes that throws fail alone`, () =>
      withPool(new WorkerPool(1, SETUP), async (pool) => {
        const sealing: SealJob = { kind: "seal", count: 1, iv: 5n, compression: { name: "none" }, index: undefined };
        const failing = pool.run(sealing, slotWith([new Uint8Array(length)], 10));
        const sound = pool.run(sealing, slotWith([new Uint8Array(length)]));
        await assert.rejects(failing, WorkerFailure);
        assert.deepEqual(await sound, { failures: [] });
      }));
  }

  it("needs no worker for little, and does not ask one for it", () =>
    withPool(new WorkerPool(2, SETUP, script("missing")), async (pool) => {
      const sealing: SealJob = { kind: "seal", count: 1, iv: 5n, compression: { name: "none" }, index: undefined };
      const little = () => slotWith([new Uint8Array(60_000)]);
      for (let i = 0; i < 2; i++) assert.deepEqual(await pool.run(sealing, little()), { failures: [] });
      await assert.rejects(pool.run(sealing, little()), WorkerFailure);
    }));

  for (const name of ["dying", "throwing", "missing"]) {
    it(`rejects everything when a worker is ${name}`, () =>
      withPool(new WorkerPool(2, SETUP, script(name)), async (pool) => {
        const jobs = Array.from({ length: 5 }, () => pool.run(VERIFY, slotWith([new Uint8Array(MUCH)], 1)));
        for (const error of await rejections(jobs)) assert.ok(error instanceof WorkerFailure);
        await assert.rejects(pool.run(VERIFY, slotWith([new Uint8Array(MUCH)], 1)), WorkerFailure);
      }));
  }

  it("rejects what still runs when it is closed", async () => {
    const pool = new WorkerPool(2, SETUP, script("silent"));
    const jobs = Array.from({ length: 5 }, () => pool.run(VERIFY, slotWith([new Uint8Array(MUCH)], 1)));
    const rejected = rejections(jobs);
    await pool.close();
    for (const error of await rejected) assert.ok(error instanceof WorkerFailure);
    await assert.rejects(pool.run(VERIFY, slotWith([new Uint8Array(MUCH)], 1)), WorkerFailure);
    await pool.close();
  });
});
