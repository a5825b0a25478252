import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../src/archive/item.ts";
import { Statistics } from "../../src/archive/statistics.ts";
import { ChunkIndex } from "../../src/cache/chunk_index.ts";
import { ArchiveWriter } from "../../src/operations/archive_writer.ts";
import type { ChunkReceiver, ChunkStore, ChunkWriter } from "../../src/operations/chunk_writer.ts";
import type { ItemSink } from "../../src/operations/item_sink.ts";
import { idOf } from "../archive/items.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";

const SIZE = 10;

/** An archive writer whose chunks arrive only when somebody waits for them. */
class Bench {
  readonly repository = new MemoryRepository();
  readonly index = ChunkIndex.create();
  readonly statistics = new Statistics();
  readonly items: Item[] = [];
  readonly events: string[] = [];
  readonly writer: ArchiveWriter;
  due = false;
  readonly #waiting: { id: Uint8Array; receiver: ChunkReceiver }[] = [];
  #next = 1;

  constructor() {
    const store = { index: this.index, repository: this.repository } as unknown as ChunkStore;
    const chunks = {
      room: (length: number) => Promise.resolve(new Uint8Array(length)),
      commit: (_length: number, receiver: ChunkReceiver) => {
        this.#waiting.push({ id: idOf(this.#next++), receiver });
        return Promise.resolve();
      },
      drain: () => this.#drain(),
    } as unknown as ChunkWriter;
    const sink = {
      add: (item: Item) => {
        this.items.push(structuredClone(item));
        return Promise.resolve();
      },
      flush: () => Promise.resolve(),
    } as unknown as ItemSink;
    this.writer = new ArchiveWriter(store, chunks, sink, this.statistics, {
      checkpointDue: () => this.due,
      saveCheckpoint: () => {
        this.events.push(`checkpoint after ${this.items.map(({ path }) => path).join(" ")}`);
        this.due = false;
        return Promise.resolve();
      },
    });
  }

  begin(path: string) {
    return this.writer.begin(file(path), ({ path }) => this.events.push(`written ${path}`));
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { id, receiver } = next;
      if (!receiver.wanted) continue;
      await this.repository.put(id, new Uint8Array(SIZE));
      this.index.add(id, 1, SIZE, SIZE);
      await receiver.receive({ id, size: SIZE, csize: SIZE, isNew: true });
    }
  }

  references(): number {
    return this.index.totals().totalChunks;
  }
}

function file(path: string): Item {
  return { path, mode: 0o100644, uid: 0, gid: 0, user: null, group: null, mtime: 0n };
}

const paths = ({ items }: Bench) => items.map(({ path }) => path);

describe("an archive writer", () => {
  it("writes items in the order in which they were begun, each when its contents have arrived", async () => {
    const bench = new Bench();
    const first = bench.begin("first");
    await bench.writer.commit(first, SIZE);
    await bench.writer.finish(first);
    await bench.writer.add(file("second"));
    assert.deepEqual(paths(bench), []);
    await bench.writer.drain();
    assert.deepEqual(paths(bench), ["first", "second"]);
    assert.deepEqual([bench.items[0]!.size, bench.items[0]!.chunks!.length], [SIZE, 1]);
    assert.deepEqual([bench.items[1]!.size, bench.items[1]!.chunks], [undefined, undefined]);
  });

  it("gives an empty file an empty list of chunks", async () => {
    const bench = new Bench();
    await bench.writer.finish(bench.begin("empty"));
    assert.deepEqual([bench.items[0]!.size, bench.items[0]!.chunks], [0, []]);
  });

  it("takes back what has been stored of a file that could not be read to its end", async () => {
    const bench = new Bench();
    const kept = bench.begin("kept");
    await bench.writer.commit(kept, SIZE);
    await bench.writer.finish(kept);
    const lost = bench.begin("lost");
    await bench.writer.commit(lost, SIZE);
    await bench.writer.drain();
    await bench.writer.commit(lost, SIZE); // Not stored yet when the file is given up.
    await bench.writer.discard(lost);
    await bench.writer.drain();
    assert.deepEqual(paths(bench), ["kept"]);
    assert.deepEqual([await bench.repository.count(), bench.references()], [1, 1]);
    assert.deepEqual([bench.statistics.osize, bench.statistics.usize], [SIZE, SIZE]);
  });

  it("makes a part of what was read when a checkpoint is due, and refers to all of it once more at the end", async () => {
    const bench = new Bench();
    await bench.writer.add(file("before"));
    const long = bench.begin("long");
    await bench.writer.commit(long, SIZE);
    bench.due = true;
    await bench.writer.commit(long, SIZE);
    assert.deepEqual(bench.events, ["checkpoint after before long.borg_part_1"]);
    await bench.writer.commit(long, SIZE);
    await bench.writer.finish(long);
    await bench.writer.drain();
    assert.deepEqual(paths(bench), ["before", "long.borg_part_1", "long.borg_part_2", "long"]);
    assert.deepEqual(bench.items.map(({ part, size }) => [part, size]), [
      [undefined, undefined],
      [1, 2 * SIZE],
      [2, SIZE],
      [undefined, 3 * SIZE],
    ]);
    assert.equal(bench.references(), 6);
    const { osize, osizeParts, nfilesParts } = bench.statistics;
    assert.deepEqual([osize, osizeParts, nfilesParts], [3 * SIZE, 3 * SIZE, 2]);
    assert.equal(bench.events.at(-1), "written long");
  });

  it("keeps parts of a file that is given up later", async () => {
    const bench = new Bench();
    const long = bench.begin("long");
    bench.due = true;
    await bench.writer.commit(long, SIZE);
    await bench.writer.commit(long, SIZE);
    await bench.writer.drain();
    await bench.writer.discard(long);
    assert.deepEqual(paths(bench), ["long.borg_part_1"]);
    assert.equal(bench.references(), 1);
  });

  it("saves a checkpoint without a part when no contents are under way", async () => {
    const bench = new Bench();
    await bench.writer.add(file("only"));
    bench.begin("untouched");
    await bench.writer.checkpoint();
    assert.deepEqual(bench.events, ["checkpoint after only"]);
  });

  it("does not let items without end pile up behind contents that are under way", async () => {
    const bench = new Bench();
    const first = bench.begin("first");
    await bench.writer.commit(first, SIZE);
    await bench.writer.finish(first);
    assert.equal(bench.items.length, 0);
    let most = 0;
    for (let i = 0; i < 10_000; i++) {
      await bench.writer.add(file(String(i)));
      most = Math.max(most, i + 1 - bench.items.length);
    }
    assert.ok(most > 1000 && most < 5000, String(most));
    assert.deepEqual(paths(bench), ["first", ...Array.from({ length: 10_000 }, (_, i) => String(i))]);
  });
});
