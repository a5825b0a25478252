import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BATCH_LIMIT } from "../../src/workers/batches.ts";
import { Slot, SLOT_CHUNKS } from "../../src/workers/slot.ts";
import { SLOT_INPUT, SLOT_OUTPUT, Slots } from "../../src/workers/slots.ts";

describe("Slot", () => {
  it("looks the same from both sides", () => {
    const here = Slot.allocate(100, 50);
    const there = new Slot(here.shared, here.inputCapacity);
    here.input.fill(1);
    here.inputLengths.set([3, 0, 5]);
    here.setId(2, new Uint8Array(32).fill(7));
    there.output.fill(2);
    there.outputLengths.set([1, 4]);
    assert.deepEqual([there.input.length, there.output.length], [100, 50]);
    assert.deepEqual(there.inputs(3).map((input) => [...input]), [[1, 1, 1], [], [1, 1, 1, 1, 1]]);
    assert.deepEqual(here.outputs(2).map((output) => [...output]), [[2], [2, 2, 2, 2]]);
    assert.deepEqual([...there.id(2)], Array(32).fill(7));
  });

  it("keeps its parts apart", () => {
    const slot = Slot.allocate(8, 8);
    slot.inputLengths.fill(0xffffffff);
    slot.outputLengths.fill(0x11111111);
    for (let i = 0; i < SLOT_CHUNKS; i++) slot.setId(i, new Uint8Array(32).fill(0x22));
    slot.input.fill(0x33);
    slot.output.fill(0x44);
    assert.ok(slot.inputLengths.every((value) => value === 0xffffffff));
    assert.ok(slot.outputLengths.every((value) => value === 0x11111111));
    for (let i = 0; i < SLOT_CHUNKS; i++) assert.ok(slot.id(i).every((byte) => byte === 0x22));
    assert.ok(slot.input.every((byte) => byte === 0x33));
  });
});

describe("Slots", () => {
  it("makes no more than its limit, and uses them again", () => {
    const slots = new Slots(2);
    const [first, second] = [slots.take()!, slots.take()!];
    assert.notEqual(first, second);
    assert.equal(first.input.length, SLOT_INPUT);
    assert.equal(first.output.length, SLOT_OUTPUT);
    assert.equal(slots.take(), undefined);
    slots.give(first);
    assert.equal(slots.take(), first);
    assert.equal(slots.take(), undefined);
  });

  it("are no larger for reading than such chunks need, and make room for larger ones", () => {
    const slots = Slots.forReading(1);
    const small = Array.from({ length: slots.limit }, () => slots.take(1000)!);
    assert.ok(small.every(({ input, output }) => input.length === output.length && input.length < SLOT_INPUT / 4));
    assert.equal(slots.take(1000), undefined);
    assert.equal(slots.take(1 << 20), undefined);
    small.forEach((slot) => slots.give(slot));
    const larger = slots.take(8 << 20)!;
    assert.ok(larger.input.length > 16 << 20 && larger.input.length < SLOT_INPUT);
    const largest = slots.take()!;
    assert.deepEqual([largest.input.length, largest.output.length], [SLOT_INPUT, SLOT_OUTPUT]);
    slots.give(larger);
    assert.equal(slots.take(10), larger);
    assert.equal(slots.take(10), small[0]);
    assert.equal(slots.take(10), undefined);
  });

  it("are no larger for sealing than chunks need, unless one is padded", () => {
    for (const slots of [Slots.forSealing(1), Slots.forItems()]) {
      const { input, output } = slots.take(9 << 20)!;
      assert.deepEqual([input.length, output.length], [BATCH_LIMIT, BATCH_LIMIT]);
      assert.equal(slots.take(40 << 20)!.output.length, SLOT_OUTPUT);
    }
    assert.ok(Slots.forItems().take(1 << 19)!.input.length < BATCH_LIMIT / 4);
  });

  it("has enough for each worker, and for the caller", () => {
    assert.ok(Slots.forWorkers(1).limit > 2);
    assert.ok(Slots.forWorkers(8).limit > 8 + 1);
    for (const slots of [Slots.forReading(3), Slots.forSealing(3)]) {
      assert.equal(slots.limit, Slots.forWorkers(3).limit);
    }
  });
});
