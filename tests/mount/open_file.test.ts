import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ChunkEntry } from "../../src/archive/item.ts";
import { IntegrityError } from "../../src/errors.ts";
import type { ChunkCache } from "../../src/mount/chunk_cache.ts";
import { OpenFile } from "../../src/mount/open_file.ts";
import { OpenFiles } from "../../src/mount/open_files.ts";
import { chunk, FILE, item } from "./fixtures.ts";

const AHEAD = 100;

/** Notes what is read ahead: the numbers of the chunks, and whether they are the last. */
class Prefetches {
  readonly calls: [number[], boolean][] = [];

  prefetch(chunks: readonly ChunkEntry[], isEnd: boolean): void {
    this.calls.push([chunks.map(({ id }) => id[3]!), isEnd]);
  }

  take(): [number[], boolean][] {
    return this.calls.splice(0);
  }
}

function open(sizes: readonly number[], size?: number) {
  const cache = new Prefetches();
  const chunks = sizes.map((size, i) => chunk(i, size));
  const file = new OpenFile(
    item("f", FILE, { chunks, ...(size === undefined ? {} : { size }) }),
    asCache(cache),
    AHEAD,
  );
  const pieces = (offset: number, length: number) =>
    file.pieces(offset, length).map(({ chunk, start, end }) => [chunk.id[3], start, end]);
  return { cache, file, pieces };
}

function asCache(cache: Prefetches): ChunkCache {
  return cache as unknown as ChunkCache;
}

describe("OpenFile", () => {
  it("finds the parts of chunks that belong to a range", () => {
    const { pieces } = open([10, 20, 5]);
    assert.deepEqual(pieces(0, 10), [[0, 0, 10]]);
    assert.deepEqual(pieces(9, 2), [[0, 9, 10], [1, 0, 1]]);
    assert.deepEqual(pieces(0, 1000), [[0, 0, 10], [1, 0, 20], [2, 0, 5]]);
    assert.deepEqual(pieces(35, 10), []);
    assert.deepEqual(pieces(99, 10), []);
    assert.deepEqual(pieces(12, 0), []);
  });

  it("has no contents where there are no chunks", () => {
    assert.deepEqual(open([]).pieces(0, 10), []);
    assert.deepEqual(open([0, 0]).pieces(0, 10), []);
  });

  it("gives every byte once, whatever is asked for", () => {
    fc.assert(fc.property(fc.array(fc.nat(30)), fc.nat(200), fc.nat(200), (sizes, offset, length) => {
      const bytes = sizes.flatMap((size, number) => Array.from({ length: size }, (_, at) => `${number}:${at}`));
      const found = open(sizes).file.pieces(offset, length).flatMap(({ chunk, start, end }) =>
        Array.from({ length: end - start }, (_, i) => `${chunk.id[3]}:${start + i}`)
      );
      assert.deepEqual(found, bytes.slice(offset, offset + length));
    }));
  });

  it("ends where the file is said to end, and fails where contents are missing", () => {
    const longer = open([10, 20], 15);
    assert.deepEqual(longer.pieces(0, 100), [[0, 0, 10], [1, 0, 5]]);
    assert.deepEqual(longer.pieces(20, 5), []);
    const shorter = open([10], 15);
    assert.deepEqual(shorter.pieces(0, 10), [[0, 0, 10]]);
    assert.throws(() => shorter.pieces(0, 11), IntegrityError);
    assert.throws(() => shorter.pieces(12, 1), IntegrityError);
    assert.deepEqual(shorter.pieces(15, 1), []);
  });

  it("reads ahead of who reads on", () => {
    const { cache, file } = open([60, 60, 60, 60, 60]);
    file.readAhead(0, 30);
    assert.deepEqual(cache.take(), [[[0, 1, 2], false]], "whoever begins with it has asked for the first already");
    file.readAhead(30, 30);
    assert.deepEqual(cache.take(), [[[1, 2], false]]);
    file.readAhead(60, 130);
    assert.deepEqual(cache.take(), [[[3, 4], true]], "the last ones");
    file.readAhead(190, 110);
    assert.deepEqual(cache.take(), []);
  });

  const MIB = 1 << 20;

  it("reads nothing ahead of who jumps, until they read on", () => {
    const { cache, file } = open(Array.from({ length: 100 }, () => MIB));
    file.readAhead(50 * MIB, 10);
    file.readAhead(70 * MIB, 10);
    file.readAhead(30 * MIB, 10);
    assert.deepEqual(cache.take(), []);
    file.readAhead(30 * MIB + 10, MIB);
    assert.deepEqual(cache.take(), [[[31], false]]);
  });

  it("reads ahead of who begins again, and of several readers at once", () => {
    const { cache, file } = open(Array.from({ length: 100 }, () => MIB));
    for (let i = 0; i < 100; i++) file.readAhead(i * MIB, MIB);
    assert.equal(cache.take().length, 99);
    for (let i = 0; i < 10; i++) {
      file.readAhead(i * MIB, MIB);
      file.readAhead((50 + i) * MIB, MIB);
    }
    assert.equal(cache.take().length, 19, "all but the first one in the middle");
  });

  it("takes requests that come out of order for sequential", () => {
    const { cache, file } = open([200, 200, 200]);
    file.readAhead(0, 100);
    file.readAhead(100, 100);
    cache.take();
    file.readAhead(90, 10);
    assert.equal(cache.take().length, 1);
  });
});

describe("OpenFiles", () => {
  const cache = asCache(new Prefetches());

  it("keeps the files that were used last", () => {
    const files = new OpenFiles(cache, AHEAD);
    const first = files.add(1, item("first"));
    for (let node = 2; node < 200; node++) {
      files.add(node, item(`f${node}`));
      assert.equal(files.find(1), first);
    }
    assert.equal(files.find(2), undefined);
    assert.equal(files.find(199)?.path, "f199");
  });

  it("keeps fewer of them when their lists of chunks are long", () => {
    const files = new OpenFiles(cache, AHEAD);
    const chunks = Array.from({ length: 100_000 }, () => chunk(1, 1));
    for (let node = 1; node <= 10; node++) files.add(node, item(`f${node}`, FILE, { chunks }));
    assert.deepEqual([1, 6, 7, 8, 9, 10].map((node) => files.find(node) !== undefined), [
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
    files.add(11, item("small"));
    assert.equal(files.find(8), undefined, "too many chunks");
  });
});
