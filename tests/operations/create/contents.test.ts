import assert from "node:assert/strict";
import { appendFileSync, closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { minimumForCut } from "../../../src/chunking/buzhash.ts";
import type { ChunkerParams } from "../../../src/chunking/chunker.ts";
import { concat } from "../../../src/encoding/bytes.ts";
import type { ArchiveWriter, OpenFile } from "../../../src/operations/archive_writer.ts";
import { Contents } from "../../../src/operations/create/contents.ts";
import { readUntil } from "../../../src/operations/create/read_into.ts";
import { testStream as stream } from "../../chunking/stream.ts";
import { withTemporary } from "../../platform/temporary.ts";

const SMALL = { algorithm: "buzhash", minExp: 10, maxExp: 16, maskBits: 12, window: 63 } as const;
const LIMIT = minimumForCut(SMALL);
const FILE = { item: { path: "file" } } as OpenFile;

/** Keeps the chunks that are committed. */
class Sink {
  readonly chunks: Uint8Array[] = [];
  #room = new Uint8Array(0);

  room(length: number): Promise<Uint8Array> {
    this.#room = new Uint8Array(length);
    return Promise.resolve(this.#room);
  }

  commit(_file: OpenFile, length: number): Promise<void> {
    this.chunks.push(this.#room.slice(0, length));
    return Promise.resolve();
  }
}

async function store(
  params: ChunkerParams,
  use: (contents: Contents) => Promise<void> | undefined,
  sparse = false,
  visit = () => {},
) {
  const sink = new Sink();
  await use(new Contents(sink as unknown as ArchiveWriter, params, sparse, 0, visit));
  return sink.chunks;
}

async function storeFile(params: ChunkerParams, path: string, size: number, sparse = false, visit = () => {}) {
  const fd = openSync(path, "r");
  try {
    return await store(params, (contents) => contents.storeFile(FILE, fd, size), sparse, visit);
  } finally {
    closeSync(fd);
  }
}

const whole = (chunks: readonly Uint8Array[]) => concat(...chunks);

describe("contents", () => {
  for (const size of [0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 20_000, 300_000]) {
    for (const told of [size, 0, size + 5000, Math.max(size - 500, 1)]) {
      it(`of ${size} bytes are stored whole when ${told} were told`, () =>
        withTemporary(async (folder) => {
          const bytes = stream(size);
          const path = join(folder, "file");
          writeFileSync(path, bytes);
          const chunks = await storeFile(SMALL, path, told);
          const cutShort = told > 0 && told < size && told < LIMIT;
          if (!cutShort) assert.deepEqual(whole(chunks), bytes);
          if (size < LIMIT) assert.equal(chunks.length, size === 0 ? 0 : 1);
          if (size >= 20_000) assert.ok(chunks.length > 1);
          for (const chunk of chunks) assert.ok(chunk.length > 0 && chunk.length <= 65536);
        }));
    }
  }

  it("are cut the same wherever they come from", async () => {
    const bytes = stream(200_000);
    const cuts = [];
    for (const piece of [333, 999, 4096, 200_000]) {
      let at = 0;
      const read = (target: Uint8Array) => {
        const part = bytes.subarray(at, at + Math.min(piece, target.length));
        target.set(part);
        at += part.length;
        return part.length;
      };
      const chunks = await store(SMALL, (contents) => contents.store(FILE, read, Infinity));
      assert.deepEqual(whole(chunks), bytes);
      cuts.push(chunks.map(({ length }) => length));
    }
    for (const cut of cuts) assert.deepEqual(cut, cuts[0]);
  });

  it("of a file that grows or shrinks meanwhile are what there is to read", () =>
    withTemporary(async (folder) => {
      const path = join(folder, "file");
      for (const sparse of [false, true]) {
        for (const params of [SMALL, { algorithm: "fixed", blockSize: 4096, headerSize: 0 }] as const) {
          writeFileSync(path, stream(5_000_000));
          let visits = 0;
          const shrink = () => visits++ === 0 && truncateSync(path, 100);
          const less = whole(await storeFile(params, path, 5_000_000, sparse, shrink));
          assert.ok(less.length < 5_000_000);
          assert.deepEqual(less, stream(5_000_000).subarray(0, less.length));
          writeFileSync(path, stream(1000));
          appendFileSync(path, stream(9000));
          assert.ok(whole(await storeFile(params, path, 1000, sparse)).length >= 1000);
        }
      }
    }));

  it("with holes are the same, and cut at their edges, when holes are not read", () =>
    withTemporary(async (folder) => {
      const path = join(folder, "file");
      const fd = openSync(path, "w");
      writeSync(fd, stream(10_000), 0, 10_000, 0);
      writeSync(fd, stream(10_000), 0, 10_000, 1 << 20);
      closeSync(fd);
      truncateSync(path, 2 << 20);
      const bytes = readFileSync(path);
      for (const headerSize of [0, 5000]) {
        const params = { algorithm: "fixed", blockSize: 4096, headerSize } as const;
        const [dense, sparse] = [
          await storeFile(params, path, bytes.length),
          await storeFile(params, path, bytes.length, true),
        ];
        assert.ok(whole(dense).every((byte, at) => byte === bytes[at]));
        assert.deepEqual(whole(sparse), whole(dense));
        for (const chunk of sparse) assert.ok(chunk.length <= 4096);
      }
      const told = await storeFile({ algorithm: "fixed", blockSize: 4096, headerSize: 0 }, path, 0, true);
      assert.equal(whole(told).length, bytes.length, "a size of 0 says nothing");
    }));

  it("stop being read when the visitor throws", async () => {
    const stop = new Error("stop");
    const endless = (target: Uint8Array) => target.length;
    const visit = () => {
      throw stop;
    };
    await assert.rejects(store(SMALL, (contents) => contents.store(FILE, endless, Infinity), false, visit), stop);
  });

  it("that do not come are waited for until a signal", async () => {
    const controller = new AbortController();
    const stop = new Error("stop");
    const read = readUntil(controller.signal, () => stop, () => new Promise(() => {}));
    const reading = read(new Uint8Array(1));
    controller.abort();
    await assert.rejects(Promise.resolve(reading), stop);
    await assert.rejects(async () => await read(new Uint8Array(1)), stop);
    const other = readUntil(new AbortController().signal, () => stop, () => 7);
    assert.equal(await other(new Uint8Array(9)), 7);
  });
});
