import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry, Item } from "../../../src/archive/item.ts";
import { ChunkTable } from "../../../src/operations/check/chunk_table.ts";
import { examineFile } from "../../../src/operations/check/file_chunks.ts";
import { MemoryRepository } from "../../archive/memory_repository.ts";
import { file, idOf } from "../../archive/items.ts";

/** Chunk `number`, of as many bytes. */
const chunk = (number: number): ChunkEntry => ({ id: idOf(number), size: number, csize: number });
const chunks = (...numbers: number[]) => numbers.map(chunk);

async function tableOf(...numbers: number[]): Promise<ChunkTable> {
  const repository = new MemoryRepository();
  for (const number of numbers) await repository.put(idOf(number), new Uint8Array(0));
  return await ChunkTable.load(repository);
}

function repaired(current: number[], healthy: number[]): Item {
  return { ...file("x", chunks(...current)), chunksHealthy: chunks(...healthy) };
}

/** The states of the chunks that something is the matter with, and what holds for the whole file. */
function examine(item: Item, table: ChunkTable) {
  const found = examineFile(item, table);
  if (!found) return undefined;
  const { mismatch, healed, size } = found;
  const states = found.chunks.map(({ state, offset, healthy, current }) =>
    `${state} ${healthy.size}/${current.size} at ${offset}`
  );
  return { states, mismatch, healed, size };
}

const unreferenced = (table: ChunkTable) => [...table.unreferenced()].map((id) => new DataView(id.buffer).getUint32(0));
const nothing = { mismatch: false, healed: false };

describe("examineFile", () => {
  it("finds nothing in a whole file, and counts its chunks", async () => {
    const table = await tableOf(1, 2, 3);
    assert.equal(examine(file("x", chunks(1, 3, 3)), table), undefined);
    assert.deepEqual(unreferenced(table), [2]);
    assert.equal(examine(file("folder"), table), undefined);
    assert.equal(examine({ ...file("x", chunks(1, 2)), size: 3 }, table), undefined);
  });

  it("finds lost chunks and where they belong", async () => {
    const found = examine(file("x", chunks(1, 2, 3, 2)), await tableOf(1, 3));
    assert.deepEqual(found, { ...nothing, states: ["lost 2/2 at 1", "lost 2/2 at 6"], size: 8 });
  });

  it("knows zeros that stand in for lost chunks", async () => {
    const table = await tableOf(1, 9);
    assert.deepEqual(examine(repaired([1, 9], [1, 2]), table), { ...nothing, states: ["replaced 2/9 at 1"], size: 10 });
    assert.deepEqual(unreferenced(table), []);
  });

  it("misses lost zeros", async () => {
    const found = examine(repaired([1, 9], [1, 2]), await tableOf(1));
    assert.deepEqual(found, { ...nothing, states: ["replacementLost 2/9 at 1"], size: 10 });
  });

  it("sees that a lost chunk is there again, which supersedes the zeros", async () => {
    const table = await tableOf(1, 2, 9);
    const found = examine(repaired([9, 1], [2, 1]), table);
    assert.deepEqual(found, { states: ["found 2/9 at 0"], mismatch: false, healed: true, size: 10 });
    assert.deepEqual([unreferenced(table), table.isSuperseded(idOf(9)), table.isSuperseded(idOf(2))], [
      [9],
      true,
      false,
    ]);
    const partly = examine(repaired([9, 8], [2, 3]), await tableOf(2, 8, 9));
    assert.deepEqual(partly?.states, ["found 2/9 at 0", "replaced 3/8 at 9"]);
    assert.equal(partly?.healed, false);
  });

  it("does not believe a list of another length", async () => {
    const found = examine(repaired([1, 2], [1]), await tableOf(1));
    assert.deepEqual(found, { states: ["lost 2/2 at 1"], mismatch: true, healed: false, size: 3 });
  });

  it("compares the size", async () => {
    const found = examine({ ...file("x", chunks(1, 2)), size: 4 }, await tableOf(1, 2));
    assert.deepEqual(found, { ...nothing, states: [], size: 3 });
  });
});
