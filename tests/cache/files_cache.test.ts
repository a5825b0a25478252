import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { MAX_FILE_TIME } from "../../src/archive/timestamps.ts";
import { type FileFacts, FilesCache } from "../../src/cache/files_cache.ts";
import { type FilesCacheMode, parseFilesCacheMode } from "../../src/cache/files_cache_mode.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { encode, MsgpackError, Unpacker } from "../../src/encoding/msgpack.ts";
import { idOf } from "../archive/items.ts";

const DEFAULT = parseFilesCacheMode("ctime,size,inode");
const FACTS: FileFacts = { ino: 1n << 63n, size: 5_000_000_000, mtime: 100n, ctime: 200n };
const IDS = concat(idOf(8), idOf(9));

const save = (cache: FilesCache, ttl?: number) => concat(...cache.encode(ttl));
const reopen = (cache: FilesCache, mode = DEFAULT) => FilesCache.decode(save(cache), mode);

/** A cache with one file in it, as an earlier run left it. */
function earlier(mode: FilesCacheMode = DEFAULT): FilesCache {
  const cache = FilesCache.empty(mode);
  cache.memorize(idOf(1), FACTS, IDS);
  cache.memorize(idOf(2), { ...FACTS, mtime: 1000n, ctime: 1000n }, IDS);
  return reopen(cache, mode);
}

function entries(file: Uint8Array): unknown[] {
  const unpacker = new Unpacker();
  unpacker.feed(file);
  const all = [];
  for (let entry = unpacker.next(); entry !== undefined; entry = unpacker.next()) all.push(entry);
  return all;
}

function withAge(entry: unknown, age: number): unknown {
  const [hash, [, ...rest]] = entry as [Uint8Array, [number, ...unknown[]]];
  return [hash, [age, ...rest]];
}

describe("files cache modes", () => {
  it("are the eight sets in any order", () => {
    assert.deepEqual(parseFilesCacheMode("inode,size,ctime"), DEFAULT);
    assert.deepEqual(parseFilesCacheMode("mtime,rechunk"), {
      time: "mtime",
      size: false,
      inode: false,
      rechunk: true,
      disabled: false,
    });
    for (const text of ["mtime,size,inode", "ctime,size", "mtime,size", "size", "rechunk,ctime", "disabled"]) {
      parseFilesCacheMode(text);
    }
    for (const text of ["", "ctime", "inode", "size,size", "rechunk", "disabled,size", "ctime,mtime,size", "x"]) {
      assert.throws(() => parseFilesCacheMode(text), RangeError, text);
    }
  });
});

describe("the files cache", () => {
  it("knows a file that did not change", () => {
    const match = earlier().match(idOf(1), FACTS);
    assert.equal(match.state, "unchanged");
    assert.deepEqual("ids" in match ? Uint8Array.from(match.ids) : undefined, IDS);
    assert.equal(earlier().match(idOf(3), FACTS).state, "unknown");
  });

  it("compares what the mode says, and nothing else", () => {
    const changes: [Partial<FileFacts>, string][] = [
      [{ ino: 1n }, "ctime,size,inode mtime,size,inode"],
      [{ size: 1 }, "ctime,size,inode mtime,size,inode ctime,size mtime,size size"],
      [{ mtime: 101n }, "mtime,size,inode mtime,size"],
      [{ ctime: 201n }, "ctime,size,inode ctime,size"],
    ];
    for (const text of ["ctime,size,inode", "mtime,size,inode", "ctime,size", "mtime,size", "size"]) {
      const mode = parseFilesCacheMode(text);
      for (const [change, modes] of changes) {
        const { state } = earlier(mode).match(idOf(1), { ...FACTS, ...change });
        assert.equal(
          state,
          modes.split(" ").includes(text) ? "changed" : "unchanged",
          `${text}: ${Object.keys(change)}`,
        );
      }
    }
  });

  it("reads again with rechunk, but remembers; neither when disabled", () => {
    for (const [text, count] of [["ctime,rechunk", 3], ["disabled", 2]] as const) {
      const cache = earlier(parseFilesCacheMode(text));
      assert.equal(cache.match(idOf(1), FACTS).state, "unknown");
      cache.memorize(idOf(3), FACTS, IDS);
      assert.equal(cache.count, text === "disabled" ? 0 : count - 1);
    }
  });

  it("notes a new inode where inodes are not compared", () => {
    const cache = earlier(parseFilesCacheMode("ctime,size"));
    assert.equal(cache.match(idOf(1), { ...FACTS, ino: 77n }).state, "unchanged");
    assert.equal(reopen(cache).match(idOf(1), { ...FACTS, ino: 77n }).state, "unchanged");
  });

  it("compares times as they are stored", () => {
    const cache = FilesCache.empty(DEFAULT);
    cache.memorize(idOf(1), { ...FACTS, ctime: -5n }, IDS);
    cache.memorize(idOf(2), { ...FACTS, ctime: MAX_FILE_TIME + 9n }, IDS);
    const again = reopen(cache);
    assert.equal(again.match(idOf(1), { ...FACTS, ctime: -7n }).state, "unchanged");
    assert.equal(cache.match(idOf(2), { ...FACTS, ctime: MAX_FILE_TIME }).state, "unchanged");
  });

  it("does not keep files as new as the newest one read", () => {
    const cache = FilesCache.empty(DEFAULT);
    for (const [i, ctime] of [5n, 7n, 6n, 7n].entries()) cache.memorize(idOf(i), { ...FACTS, ctime }, IDS);
    assert.deepEqual(entries(save(cache)).map((entry) => toHex((entry as Uint8Array[])[0]!)), [
      toHex(idOf(0)),
      toHex(idOf(2)),
    ]);
    const unread = earlier();
    unread.match(idOf(1), FACTS);
    assert.equal(reopen(unread).count, 1);
  });

  it("forgets files after enough runs without them", () => {
    let cache = earlier();
    for (let run = 1; run < 20; run++) {
      assert.equal(cache.count, 1, `run ${run}`);
      cache = reopen(cache);
    }
    assert.equal(save(cache).length, 0);
    assert.equal(save(earlier(), 1).length, 0);
    assert.notEqual(save(earlier(), 2).length, 0);
  });

  it("has the format of BorgBackup", () => {
    const [entry] = entries(save(earlier())) as [Uint8Array, unknown[]][];
    assert.deepEqual(Uint8Array.from(entry![0]), idOf(1));
    const [age, inode, size, time, ids] = entry![1];
    assert.deepEqual([age, inode, size, time], [1, FACTS.ino, FACTS.size, 200]);
    assert.deepEqual((ids as Uint8Array[]).map((id) => Uint8Array.from(id)), [idOf(8), idOf(9)]);
    const bigint = encode([idOf(1), [0, 1, 2, Uint8Array.of(0xc8, 0), []]]);
    assert.equal(FilesCache.decode(bigint, DEFAULT).match(idOf(1), { ...FACTS, ino: 1n, size: 2 }).state, "unchanged");
  });

  it("counts runs beyond what a byte holds", () => {
    let file = save(earlier());
    for (let run = 2; run < 300; run++) {
      file = save(FilesCache.decode(file, DEFAULT), 1000);
      const [[, [age]]] = entries(file) as [[Uint8Array, [number]]];
      assert.equal(age, run);
    }
    const cache = FilesCache.decode(file, DEFAULT);
    assert.equal(cache.match(idOf(1), FACTS).state, "unchanged");
    assert.deepEqual(entries(save(cache)), entries(file).map((entry) => withAge(entry, 0)));
  });

  it("reads entries in whatever form between others, and keeps one of each path", () => {
    const usual = (i: number) => encode([idOf(i), [0, i, 2, 3, [idOf(9)]]]);
    const wide = Uint8Array.of(0x92, 0xc4, 32, ...idOf(2), 0x95, 0, 0xcd, 0, 2, 2, 3, 0xdc, 0, 1, 0xc4, 32, ...idOf(9));
    const file = concat(usual(1), wide, usual(3), usual(2), usual(1), wide, usual(4));
    const cache = FilesCache.decode(file, DEFAULT);
    assert.equal(cache.count, 4);
    for (const i of [1, 2, 3, 4]) {
      const match = cache.match(idOf(i), { ino: i, size: 2, mtime: 3n, ctime: 3n });
      assert.deepEqual("ids" in match && match.ids, idOf(9), String(i));
    }
    assert.equal(entries(save(cache)).length, 4);
    assert.equal(cache.encodedCount, 4);
  });

  it("is found again after changes of some of its files", () => {
    const first = FilesCache.empty(DEFAULT);
    for (let i = 0; i < 1000; i++) first.memorize(idOf(i), { ...FACTS, ctime: i === 999 ? 500n : 200n }, idOf(i));
    const second = reopen(first);
    for (let i = 0; i < 999; i += 3) second.memorize(idOf(i), { ...FACTS, ctime: 300n }, concat(idOf(i), idOf(i)));
    second.memorize(idOf(5000), { ...FACTS, ctime: 400n }, IDS);
    const third = reopen(second);
    assert.equal(third.count, 999);
    for (let i = 0; i < 999; i++) {
      const match = third.match(idOf(i), { ...FACTS, ctime: i % 3 === 0 ? 300n : 200n });
      assert.deepEqual("ids" in match && match.ids, i % 3 === 0 ? concat(idOf(i), idOf(i)) : idOf(i));
    }
  });

  it("refuses what is no files cache", () => {
    for (const value of [1, [idOf(1)], [idOf(1), [0, 1, 2, 3]], [new Uint8Array(31), [0, 1, 2, 3, []]]]) {
      assert.throws(() => FilesCache.decode(encode(value), DEFAULT), MsgpackError);
    }
    const huge = Uint8Array.of(0x92, 0xda, 0, 32, ...idOf(1), 0x95, 0, 1, 2, 3, 0xdd, 0x7f, 0xff, 0xff, 0xff);
    assert.throws(() => FilesCache.decode(huge, DEFAULT), MsgpackError);
    const whole = save(earlier());
    assert.throws(() => FilesCache.decode(whole.subarray(0, whole.length - 1), DEFAULT), MsgpackError);
  });

  it("holds what a plain map would hold", () => {
    const step = fc.record({ path: fc.nat(40), size: fc.nat(3), chunks: fc.nat(5) });
    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const cache = FilesCache.empty(DEFAULT);
      const model = new Map<number, { size: number; ids: Uint8Array }>();
      for (const { path, size, chunks } of steps) {
        const ids = concat(...Array.from({ length: chunks }, (_, i) => idOf(100 * path + i)));
        cache.memorize(idOf(path), { ...FACTS, size }, ids);
        model.set(path, { size, ids });
      }
      assert.equal(cache.count, model.size);
      for (const [path, { size, ids }] of model) {
        const match = cache.match(idOf(path), { ...FACTS, size });
        assert.deepEqual("ids" in match ? Uint8Array.from(match.ids) : undefined, ids);
        assert.equal(cache.match(idOf(path), { ...FACTS, size: size + 1 }).state, "changed");
      }
    }));
  });

  it("grows over many slabs, and takes files of very many chunks", () => {
    const cache = FilesCache.empty(DEFAULT);
    const big = new Uint8Array(32 * 150_000).fill(3);
    for (let i = 0; i < 60_000; i++) {
      const hash = idOf((i * 2654435761) >>> 0);
      cache.memorize(hash, { ...FACTS, size: i }, i === 30_000 ? big : concat(idOf(i), idOf(i + 1)));
    }
    cache.memorize(idOf(0), { ...FACTS, size: 0, ctime: FACTS.ctime + 1n }, concat(idOf(0), idOf(1), idOf(2)));
    const again = reopen(cache);
    assert.equal(again.count, 59_999);
    for (let i = 1; i < 60_000; i += 7) {
      const match = again.match(idOf((i * 2654435761) >>> 0), { ...FACTS, size: i });
      assert.equal(
        "ids" in match && toHex(match.ids.subarray(0, 32)),
        toHex(i === 30_000 ? big.subarray(0, 32) : idOf(i)),
      );
    }
    const match = again.match(idOf((30_000 * 2654435761) >>> 0), { ...FACTS, size: 30_000 });
    assert.equal("ids" in match && match.ids.length, big.length);
  });
});
