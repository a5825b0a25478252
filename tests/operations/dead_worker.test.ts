import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Objects } from "../../src/archive/objects.ts";
import { ChunkIndex } from "../../src/cache/chunk_index.ts";
import { ChunkReader } from "../../src/operations/chunk_reader.ts";
import { ChunkWriter } from "../../src/operations/chunk_writer.ts";
import { WorkerFailure, WorkerPool } from "../../src/workers/pool.ts";
import { Slots } from "../../src/workers/slots.ts";
import { idOf } from "../archive/items.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";
import { vectorMaterial } from "../crypto/material.ts";

const MIB = 1 << 20;
const MATERIAL = vectorMaterial("authenticated");

/** More than all workers and slots together hold at a time. */
const MANY = 100;

/** Has every object; whoever reads one may give its memory back. */
class FullRepository extends MemoryRepository {
  override get(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(MIB));
  }
}

/** Fails when `work` neither ends nor fails. */
async function within(seconds: number, work: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("hangs")), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

describe("a worker that dies", () => {
  for (
    const [name, reason] of [["dying", /^a worker ended with status /], ["throwing", /^a worker failed: /]] as const
  ) {
    const start = () => {
      const script = new URL(`../workers/scripts/${name}.ts`, import.meta.url);
      const pool = new WorkerPool(2, { material: MATERIAL }, script);
      const repository = new FullRepository();
      return { pool, repository, objects: new Objects(repository, MATERIAL), index: ChunkIndex.create() };
    };

    const failsWith = async (pool: WorkerPool, work: () => Promise<void>) => {
      try {
        await assert.rejects(within(20, work()), (error) => {
          assert.ok(error instanceof WorkerFailure, String(error));
          assert.match(error.message, reason);
          return true;
        });
      } finally {
        await pool.close();
      }
    };

    it(`(${name}) ends what stores chunks`, async () => {
      const store = start();
      const writer = new ChunkWriter(store, { name: "lz4" }, Slots.forWorkers(2));
      const receiver = { wanted: true, receive: () => Promise.resolve() };
      await failsWith(store.pool, async () => {
        for (let i = 0; i < MANY; i++) {
          await writer.room(MIB);
          await writer.commit(MIB, receiver);
        }
        await writer.drain();
      });
    });

    it(`(${name}) ends what reads chunks`, async () => {
      const source = start();
      const reader = new ChunkReader(source, Slots.forWorkers(2));
      const request = { id: idOf(1), size: MIB, receive: () => Promise.resolve(), fail: () => Promise.resolve() };
      await failsWith(source.pool, async () => {
        for (let i = 0; i < MANY; i++) await reader.request([request]);
        await reader.drain();
      });
    });
  }
});
