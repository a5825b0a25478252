import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Batch, BATCH_BYTES, BATCH_LIMIT, Batches } from "../../src/workers/batches.ts";
import type { Job } from "../../src/workers/jobs.ts";
import { WorkerFailure, WorkerPool } from "../../src/workers/pool.ts";
import { reservedBlocks } from "../../src/workers/reservation.ts";
import { SLOT_CHUNKS } from "../../src/workers/slot.ts";
import { SLOT_INPUT, SLOT_OUTPUT, Slots } from "../../src/workers/slots.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { idsOf, outputsOf } from "./slot_contents.ts";

const SETUP = { material: vectorMaterial("repokey") };
const MEGABYTE = 1 << 20;

/** Batches of numbers, and what is delivered of them. */
class Line {
  readonly delivered: number[][] = [];
  readonly batches: Batches<number>;
  sent = 0;
  next = 0;

  constructor(readonly pool: WorkerPool, readonly slots: Slots) {
    this.batches = new Batches<number>(pool, slots, (batch) => this.job(batch), (batch) => this.deliver(batch));
  }

  job({ chunks }: Batch<number>): Promise<Job> {
    this.sent++;
    return Promise.resolve({ kind: "unseal", count: chunks.length, discard: true });
  }

  deliver({ chunks }: Batch<number>): Promise<void> {
    this.delivered.push([...chunks]);
    return Promise.resolve();
  }

  /** Adds chunks of so many bytes, whose outputs are as long. */
  async add(count: number, length: number, outputLength = length): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.batches.room(length, outputLength);
      await this.batches.commit(length, outputLength, this.next++);
    }
  }
}

async function withLine(script: string, slots: Slots, use: (line: Line) => Promise<void>): Promise<void> {
  const pool = new WorkerPool(2, SETUP, new URL(`./scripts/${script}.ts`, import.meta.url));
  try {
    await use(new Line(pool, slots));
  } finally {
    await pool.close();
  }
}

describe("Batches", () => {
  it("delivers in order what is done out of order", () =>
    withLine("uneven", new Slots(5), async (line) => {
      await line.add(20, 7 * MEGABYTE);
      await line.batches.drain();
      assert.deepEqual(line.delivered.flat(), Array.from({ length: 20 }, (_, i) => i));
      assert.equal(line.delivered.length, 10);
    }));

  it("never has more under way than slots", () =>
    withLine("uneven", new Slots(3), async (line) => {
      for (let i = 0; i < 30; i++) {
        await line.add(1, 10 * MEGABYTE);
        assert.ok(line.sent - line.delivered.length <= 3, `${line.sent} sent, ${line.delivered.length} delivered`);
      }
      await line.batches.drain();
      assert.equal(line.delivered.length, 30);
    }));

  it("cuts batches by what goes in, what comes out and how many there are", () =>
    withLine("uneven", new Slots(5), async (line) => {
      const lengthsOf = async (add: () => Promise<void>) => {
        line.delivered.length = 0;
        await add();
        await line.batches.drain();
        return line.delivered.map((chunks) => chunks.length);
      };
      assert.deepEqual(await lengthsOf(() => line.add(9, BATCH_BYTES / 4)), [4, 4, 1], "input");
      assert.deepEqual(await lengthsOf(() => line.add(9, 10, BATCH_BYTES / 4)), [4, 4, 1], "output");
      assert.deepEqual(await lengthsOf(() => line.add(SLOT_CHUNKS + 3, 1)), [SLOT_CHUNKS, 3], "count");
      assert.deepEqual(await lengthsOf(() => line.add(5, 8 * MEGABYTE)), [2, 2, 1], "pairs");
      assert.deepEqual(await lengthsOf(() => line.add(3, 10 * MEGABYTE)), [1, 1, 1], "large");
      assert.deepEqual(await lengthsOf(() => line.add(2, SLOT_INPUT, SLOT_OUTPUT)), [1, 1], "largest");
      assert.ok(BATCH_LIMIT < SLOT_INPUT);
    }));

  it("are smaller where there are many", () =>
    withLine("uneven", new Slots(12), async (line) => {
      await line.add(9, BATCH_BYTES / 4);
      await line.batches.drain();
      assert.deepEqual(line.delivered.map((chunks) => chunks.length), [2, 2, 2, 2, 1]);
    }));

  it("refuses what fits no slot", () =>
    withLine("uneven", new Slots(2), async ({ batches }) => {
      await assert.rejects(async () => await batches.room(SLOT_INPUT + 1, 0), RangeError);
      await assert.rejects(async () => await batches.room(0, SLOT_OUTPUT + 1), RangeError);
      await assert.rejects(async () => await batches.commit(0, 0, 0), /without room/);
    }));

  it("takes room back that nothing was committed to", () =>
    withLine("uneven", new Slots(1), async (line) => {
      await line.batches.room(10, 10);
      await line.batches.drain();
      await line.add(1, 10);
      await line.batches.drain();
      assert.deepEqual(line.delivered, [[0]]);
    }));

  it("ends at the first failure, keeps no slot, and delivers nothing of what was abandoned", () =>
    withLine("dying", new Slots(2), async (line) => {
      await assert.rejects(line.add(20, 5 * MEGABYTE), WorkerFailure);
      await line.batches.abandon();
      assert.deepEqual(line.delivered, []);
      assert.ok(line.slots.take() && line.slots.take());
    }));

  it("keeps no slot when no job can be made", () =>
    withLine("uneven", new Slots(1), async (line) => {
      line.job = () => Promise.reject(new Error("no nonces"));
      await line.add(1, 10);
      await assert.rejects(line.batches.drain(), /no nonces/);
      assert.ok(line.slots.take());
    }));

  it("keeps no slot when a delivery fails", () =>
    withLine("uneven", new Slots(2), async (line) => {
      line.deliver = () => Promise.reject(new Error("disk full"));
      await assert.rejects(line.add(9, 5 * MEGABYTE), /disk full/);
      await line.batches.abandon();
      assert.ok(line.slots.take() && line.slots.take());
    }));

  it("gives the same with any number of workers", async () => {
    const results = [];
    for (const workers of [1, 2, 8]) results.push(await sealAll(workers));
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
    assert.equal(results[0]!.length, 400);
  });
});

const LZ4 = { name: "lz4" } as const;

/** Ids and objects of many chunks, the same chunks each time. */
async function sealAll(workers: number): Promise<[Uint8Array, Uint8Array][]> {
  const pool = new WorkerPool(workers, SETUP);
  const results: [Uint8Array, Uint8Array][] = [];
  let iv = 0n;
  const batches = new Batches<undefined>(
    pool,
    Slots.forWorkers(workers),
    ({ slot, chunks }) => {
      const job: Job = { kind: "seal", count: chunks.length, iv, compression: LZ4, index: undefined };
      for (let i = 0; i < chunks.length; i++) iv += reservedBlocks(LZ4, slot.inputLengths[i]!);
      return Promise.resolve(job);
    },
    ({ slot, chunks }) => {
      const objects = outputsOf(slot, chunks.length);
      results.push(...idsOf(slot, chunks.length).map((id, i): [Uint8Array, Uint8Array] => [id, objects[i]!]));
      return Promise.resolve();
    },
  );
  try {
    for (let i = 0; i < 400; i++) {
      const length = i % 50 === 0 ? MEGABYTE : i * 100;
      (await batches.room(length, length + 100)).fill(i % 7).set([i & 0xff, i >> 8].slice(0, length));
      await batches.commit(length, length + 100, undefined);
    }
    await batches.drain();
  } finally {
    await pool.close();
  }
  return results;
}
