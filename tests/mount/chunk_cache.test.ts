import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry } from "../../src/archive/item.ts";
import { ChunkCache } from "../../src/mount/chunk_cache.ts";
import type { Unsealed } from "../../src/mount/unsealer.ts";
import { Slot } from "../../src/workers/slot.ts";
import { Slots } from "../../src/workers/slots.ts";
import { chunk } from "./fixtures.ts";

const BIG = 1 << 20;
const SMALL = 1000;

interface Batch {
  readonly slot: Slot | undefined;
  readonly numbers: readonly number[];
  finish(): void;
}

/** Stands in for reading: nothing comes before the test says so. Plaintexts are as long as said, filled with a number. */
class SlowUnsealer {
  readonly batches: Batch[] = [];
  readonly broken = new Set<number>();
  /** Chunks that fit into no slot. */
  readonly bulky = new Set<number>();

  here(chunk: ChunkEntry): Promise<Uint8Array> {
    return this.#begin(undefined, [chunk], () => {
      const [result] = this.#plaintexts(undefined, [chunk]);
      if (result instanceof Error) throw result;
      return result!;
    });
  }

  into(slot: Slot, chunks: readonly ChunkEntry[]): Promise<Unsealed[]> {
    return this.#begin(slot, chunks, () => this.#plaintexts(slot, chunks));
  }

  #begin<T>(slot: Slot | undefined, chunks: readonly ChunkEntry[], result: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        this.batches.splice(this.batches.indexOf(batch), 1);
        try {
          resolve(result());
        } catch (error) {
          reject(error);
        }
      };
      const batch = { slot, numbers: chunks.map(({ id }) => id[3]!), finish };
      this.batches.push(batch);
    });
  }

  #plaintexts(slot: Slot | undefined, chunks: readonly ChunkEntry[]): Unsealed[] {
    let end = 0;
    return chunks.map(({ id, size }) => {
      const number = id[3]!;
      if (this.broken.has(number)) return new Error(`chunk ${number} is broken`);
      const inSlot = slot !== undefined && !this.bulky.has(number);
      const plaintext = inSlot ? slot.output.subarray(end, end += size) : new Uint8Array(size);
      return plaintext.fill(number);
    });
  }

  finishAll(): void {
    for (const { finish } of [...this.batches]) finish();
  }
}

/** Slots of two big chunks. */
class SmallSlots extends Slots {
  #left = this.limit;
  readonly free: Slot[] = [];

  override take(): Slot | undefined {
    const slot = this.free.pop();
    if (slot) return slot;
    return this.#left-- > 0 ? Slot.allocate(3 * BIG, 2 * BIG) : undefined;
  }

  override give(slot: Slot): void {
    assert.ok(!this.free.includes(slot), "given back twice");
    this.free.push(slot);
  }
}

function start(slotCount: number) {
  const unsealer = new SlowUnsealer();
  const slots = new SmallSlots(slotCount);
  const cache = new ChunkCache(unsealer, slots, 2 * BIG);
  /** Settles with the number that fills the whole plaintext. */
  const use = async (entry: ChunkEntry) => {
    let seen: number | undefined;
    await cache.use(entry, (plaintext) => {
      assert.equal(plaintext.length, entry.size);
      seen = plaintext[0];
      assert.ok(plaintext.every((byte) => byte === seen));
    });
    return seen;
  };
  return { unsealer, slots, cache, use };
}

/** Until everything that could go on has gone on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

const big = (number: number) => chunk(number, BIG);
const small = (number: number) => chunk(number, SMALL);

describe("ChunkCache", () => {
  it("reads a chunk once for all who want it, and keeps it", async () => {
    for (const entry of [big(1), small(1)]) {
      const { unsealer, use } = start(2);
      const uses = [use(entry), use(entry)];
      assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[1]]);
      unsealer.finishAll();
      assert.deepEqual(await Promise.all(uses), [1, 1]);
      assert.equal(await use(entry), 1);
      assert.equal(unsealer.batches.length, 0);
    }
  });

  it("forgets the big chunk that was used least recently", async () => {
    const { unsealer, use } = start(2);
    for (const number of [1, 2, 1, 3]) {
      const used = use(big(number));
      unsealer.finishAll();
      assert.equal(await used, number);
    }
    void use(big(1));
    assert.equal(unsealer.batches.length, 0, "1 is there");
    void use(big(2));
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[2]]);
    unsealer.finishAll();
    await settle();
  });

  it("forgets small chunks when they are many", async () => {
    const { unsealer, use } = start(1);
    const size = 400_000;
    const entry = (number: number) => ({ ...chunk(number, size), csize: 10 });
    for (let number = 0; number < 50; number++) {
      const used = use(entry(number));
      unsealer.finishAll();
      assert.equal(await used, number);
    }
    assert.equal(await use(entry(49)), 49);
    void use(entry(0));
    assert.equal(unsealer.batches.length, 1, "0 is gone");
    unsealer.finishAll();
    await settle();
  });

  it("lets chunks wait for a slot, and never takes one from under whoever is about to look", async () => {
    const { unsealer, use } = start(1);
    const uses = [1, 2, 3, 1].map((number) => use(big(number)));
    const order: number[][] = [];
    while (unsealer.batches.length > 0) {
      assert.equal(unsealer.batches.length, 1, "one slot, one chunk");
      order.push([...unsealer.batches[0]!.numbers]);
      unsealer.finishAll();
      await settle();
    }
    assert.deepEqual(await Promise.all(uses), [1, 2, 3, 1]);
    assert.deepEqual(order, [[1], [2], [3]]);
  });

  it("hands out no chunk whose slot has been given away in the same moment", async () => {
    const { unsealer, cache, use } = start(1);
    cache.prefetch([big(1)], true);
    const second = use(big(2));
    unsealer.finishAll();
    const late: Promise<number | undefined>[] = [];
    for (let i = 0; i < 10; i++) await Promise.resolve().then(() => late.push(use(big(1))));
    for (let i = 0; i < 10; i++) {
      unsealer.finishAll();
      await settle();
    }
    assert.deepEqual(await Promise.all([second, ...late]), [2, ...late.map(() => 1)]);
  });

  it("tells everybody who waits of a failure, and tries again when asked again", async () => {
    for (const entry of [big(5), small(5)]) {
      const { unsealer, slots, use } = start(1);
      unsealer.broken.add(5);
      const uses = [use(entry), use(entry)];
      const failed = uses.map((use) => assert.rejects(use, /chunk 5 is broken/));
      unsealer.finishAll();
      await Promise.all(failed);
      assert.ok(entry.size === SMALL || slots.free.length === 1, "its slot is free");
      unsealer.broken.clear();
      const again = use(entry);
      unsealer.finishAll();
      assert.equal(await again, 5);
    }
  });

  it("gives the slot of a failure to who waits for one", async () => {
    const { unsealer, use } = start(1);
    unsealer.broken.add(1);
    const [first, second] = [use(big(1)), use(big(2))];
    const failed = assert.rejects(first);
    unsealer.finishAll();
    await failed;
    unsealer.finishAll();
    assert.equal(await second, 2);
  });

  it("keeps what fits into no slot elsewhere, and gives the slot back once", async () => {
    const { unsealer, slots, use } = start(1);
    unsealer.bulky.add(1);
    const used = use(big(1));
    unsealer.finishAll();
    assert.equal(await used, 1);
    assert.equal(slots.free.length, 1);
    assert.equal(await use(big(1)), 1);
    assert.equal(unsealer.batches.length, 0);
  });

  it("goes on when whoever looks throws", async () => {
    const { unsealer, cache, use } = start(1);
    const thrown = assert.rejects(cache.use(big(1), () => assert.fail("cannot be sent")), /cannot be sent/);
    const next = use(big(2));
    unsealer.finishAll();
    await thrown;
    unsealer.finishAll();
    assert.equal(await next, 2);
  });
});

describe("ChunkCache.prefetch", () => {
  it("opens the chunks together that fit into a slot, one call after the other, and leaves a slot half full at the end only", async () => {
    const { unsealer, cache, use } = start(6);
    const numbers = () => unsealer.batches.map(({ numbers }) => numbers);
    const all = [big(1), big(2), small(3), big(4), small(5), big(6)];
    cache.prefetch(all, false);
    assert.deepEqual(numbers(), [[1, 2]]);
    cache.prefetch(all, false);
    cache.prefetch(all, false);
    assert.deepEqual(numbers(), [[1, 2], [3, 4, 5]]);
    cache.prefetch(all, true);
    assert.deepEqual(numbers(), [[1, 2], [3, 4, 5], [6]]);
    const uses = [use(big(2)), use(small(5)), use(big(1))];
    unsealer.finishAll();
    assert.deepEqual(await Promise.all(uses), [2, 5, 1]);
    await settle();
    assert.equal(await use(big(6)), 6);
    assert.equal(unsealer.batches.length, 0);
  });

  it("gives a chunk that is longer than slots one of its own length, and keeps that", async () => {
    const { unsealer, cache, use } = start(4);
    const long = chunk(1, 5 * BIG);
    cache.prefetch([long, big(2)], false);
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[1]]);
    assert.equal(unsealer.batches[0]!.slot!.output.length, 5 * BIG);
    const used = use(long);
    unsealer.finishAll();
    assert.equal(await used, 1);
    assert.equal(await use(long), 1);
    assert.equal(unsealer.batches.length, 0);
  });

  it("believes no item that says that a chunk is longer than chunks can be", () => {
    const { unsealer, cache } = start(3);
    cache.prefetch([chunk(1, 2 ** 50)], true);
    assert.equal(unsealer.batches[0]!.slot!.output.length, 2 * BIG);
  });

  it("takes a chunk that comes twice once", async () => {
    const { unsealer, cache, use } = start(3);
    cache.prefetch([big(1), big(1), big(1)], true);
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[1]]);
    const used = use(big(1));
    unsealer.finishAll();
    assert.equal(await used, 1);
  });

  it("reads no more ahead than leaves two slots to readers, until something of it is used", async () => {
    const { unsealer, cache, use } = start(4);
    const all = [1, 2, 3, 4, 5, 6, 7, 8].map(big);
    for (let i = 0; i < 3; i++) cache.prefetch(all, false);
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[1, 2], [3, 4]]);
    unsealer.finishAll();
    await settle();
    cache.prefetch(all, false);
    assert.equal(unsealer.batches.length, 0);
    assert.equal(await use(big(2)), 2);
    for (let i = 0; i < 2; i++) cache.prefetch(all, false);
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[5, 6]]);
    unsealer.finishAll();
    await settle();
  });

  it("pushes out what has been used, not what was put on its way and is still to be used", async () => {
    const { unsealer, cache, use } = start(4);
    cache.prefetch([big(1), big(2)], true);
    unsealer.finishAll();
    for (const number of [3, 4, 5, 6]) {
      const used = use(big(number));
      unsealer.finishAll();
      assert.equal(await used, number);
    }
    assert.deepEqual([await use(big(1)), await use(big(2))], [1, 2]);
    assert.equal(unsealer.batches.length, 0);
  });

  it("gives up what nobody came for when there is nothing else", async () => {
    const { unsealer, cache, use } = start(3);
    cache.prefetch([big(1)], true);
    unsealer.finishAll();
    await settle();
    const held = [2, 3, 4].map((number) => use(big(number)));
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[2], [3], [4]]);
    unsealer.finishAll();
    assert.deepEqual(await Promise.all(held), [2, 3, 4]);
    cache.prefetch([big(5)], true);
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[5]], "nothing counts as put on its way");
    unsealer.finishAll();
    await settle();
  });

  it("does not stand before those who wait", async () => {
    const { unsealer, cache, use } = start(3);
    const uses = [1, 2, 3, 4].map((number) => use(big(number)));
    cache.prefetch([big(5)], true);
    for (let i = 0; i < 3; i++) {
      unsealer.finishAll();
      await settle();
    }
    assert.deepEqual(await Promise.all(uses), [1, 2, 3, 4]);
    void use(big(5));
    assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[5]]);
    unsealer.finishAll();
    await settle();
  });

  it("keeps the others when one is broken, whose failure is nobody's before it is wanted", async () => {
    const { unsealer, cache, use } = start(3);
    unsealer.broken.add(1);
    cache.prefetch([big(1), big(2)], true);
    unsealer.finishAll();
    await settle();
    assert.equal(await use(big(2)), 2);
    const failed = assert.rejects(use(big(1)));
    unsealer.finishAll();
    await failed;
  });

  it("forgets that chunks were put on their way when all are broken", async () => {
    const { unsealer, slots, cache } = start(3);
    unsealer.broken.add(1);
    for (let i = 0; i < 3; i++) {
      cache.prefetch([big(1)], true);
      assert.deepEqual(unsealer.batches.map(({ numbers }) => numbers), [[1]]);
      unsealer.finishAll();
      await settle();
      assert.equal(slots.free.length, 1);
    }
  });
});
