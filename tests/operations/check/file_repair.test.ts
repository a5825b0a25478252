import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry, Item } from "../../../src/archive/item.ts";
import type { ChunkState, FileFindings } from "../../../src/operations/check/file_chunks.ts";
import { planRepair, repairedItem } from "../../../src/operations/check/file_repair.ts";
import { file, idOf } from "../../archive/items.ts";

const chunk = (number: number): ChunkEntry => ({ id: idOf(number), size: number, csize: number });
const chunks = (...numbers: number[]) => numbers.map(chunk);

/** What was found: the state of some chunks of a file that has `current` chunks in place of `healthy` ones. */
function found(current: number[], healthy: number[], ...states: (readonly [number, ChunkState])[]): FileFindings {
  const list = states.map(([number, state]) => {
    return { number, state, current: chunk(current[number]!), healthy: chunk(healthy[number]!), offset: 0 };
  });
  return { chunks: list, mismatch: false, healed: false, size: 0 };
}

function repaired(current: number[], healthy: number[]): Item {
  return { ...file("x", chunks(...current)), chunksHealthy: chunks(...healthy) };
}

/** The plan with numbers for chunks: negative ones are so many zeros. */
function plan(item: Item, findings: FileFindings) {
  const planned = planRepair(item, findings);
  return planned && {
    chunks: planned.chunks.map((part) => "zeros" in part ? -part.zeros : part.size),
    healthy: planned.healthy.map(({ size }) => size),
  };
}

describe("planRepair", () => {
  it("replaces what is lost", () => {
    const item = file("x", chunks(1, 2, 3));
    const planned = plan(item, found([1, 2, 3], [1, 2, 3], [1, "lost"], [2, "lost"]));
    assert.deepEqual(planned, { chunks: [1, -2, -3], healthy: [1, 2, 3] });
  });

  it("puts back what is there again, and leaves the other zeros", () => {
    const planned = plan(repaired([9, 8, 3], [1, 2, 3]), found([9, 8, 3], [1, 2, 3], [0, "found"], [1, "replaced"]));
    assert.deepEqual(planned, { chunks: [1, 8, 3], healthy: [1, 2, 3] });
  });

  it("makes lost zeros anew", () => {
    const planned = plan(repaired([9, 2], [1, 2]), found([9, 2], [1, 2], [0, "replacementLost"]));
    assert.deepEqual(planned, { chunks: [-1, 2], healthy: [1, 2] });
  });

  it("does nothing where zeros are in place already, or only the size is wrong", () => {
    assert.equal(plan(repaired([9, 2], [1, 2]), found([9, 2], [1, 2], [0, "replaced"])), undefined);
    assert.equal(plan(file("x", chunks(1)), found([1], [1])), undefined);
  });

  it("drops a list of healthy chunks that does not fit, or is of no more use", () => {
    const mismatch = { ...found([1, 2], [1, 2]), mismatch: true };
    assert.deepEqual(plan(repaired([1, 2], [1]), mismatch), { chunks: [1, 2], healthy: [1, 2] });
    const healed = { ...found([1, 2], [1, 2]), healed: true };
    assert.deepEqual(plan(repaired([1, 2], [1, 2]), healed), { chunks: [1, 2], healthy: [1, 2] });
  });
});

describe("repairedItem", () => {
  it("remembers what belongs there", () => {
    const item = repairedItem(file("x", chunks(1, 2)), chunks(1, 9), chunks(1, 2));
    assert.deepEqual(item, repaired([1, 9], [1, 2]));
  });

  it("forgets it when all of it is there", () => {
    const same = { id: idOf(2), size: 2, csize: 99 };
    assert.deepEqual(repairedItem(repaired([1, 9], [1, 2]), [chunk(1), same], chunks(1, 2)), file("x", chunks(1, 2)));
  });
});
