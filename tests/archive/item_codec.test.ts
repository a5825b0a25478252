import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Item, ITEM_KEYS } from "../../src/archive/item.ts";
import { readItem } from "../../src/archive/item_codec.ts";
import { fromHex, toHex } from "../../src/encoding/bytes.ts";
import { decode, type Encodable, encode, MsgpackError, MsgpackTruncated, Reader } from "../../src/encoding/msgpack.ts";
import { anyItem, file, idOf, packed } from "./items.ts";

const read = (bytes: Uint8Array) => readItem(new Reader(bytes));
const readMap = (entries: [string, Encodable][]) => read(encode(new Map(entries)));

describe("items", () => {
  it("are packed like the vector of format reference 15", () => {
    const item: Item = {
      path: "d/f",
      mode: 0o100644,
      uid: 1000,
      gid: 100,
      user: "u",
      group: null,
      mtime: 1700000000000000000n,
      size: 5,
      hardlinkMaster: false,
      chunks: [{ id: new Uint8Array(32).fill(1), size: 5, csize: 300 }],
    };
    assert.equal(
      toHex(packed(item)),
      "8aa66368756e6b739193da0020" + "01".repeat(32) +
        "05cd012ca3676964" +
        "64a567726f7570c0af686172646c696e6b5f6d6173746572c2a46d6f6465cd81a4a56d74696d65cf17979cfe36" +
        "2a0000a470617468a3642f66a473697a6505a3756964cd03e8a475736572a175",
    );
  });

  it("come back as they were", () => {
    fc.assert(fc.property(anyItem, (item) => {
      const bytes = packed(item);
      assert.deepEqual(packed(read(bytes)), bytes);
      assert.deepEqual(plain(read(bytes)), plain(item));
    }));
  });

  it("have their keys in ascending order, all of them listed", () => {
    fc.assert(fc.property(anyItem, (item) => {
      const keys = [...(decode(packed(item)) as Map<string, unknown>).keys()];
      assert.deepEqual(keys, [...keys].sort());
      for (const key of keys) assert.ok((ITEM_KEYS as readonly string[]).includes(key), key);
    }));
  });

  it("keep foreign keys in their places", () => {
    const entries: [string, Encodable][] = [
      ["acl", "x"],
      ["gid", 2],
      ["group", null],
      ["mode", 0o100644],
      ["mtime", 5],
      ["nlink", new Map([["b", [1, null]]])],
      ["path", "p"],
      ["uid", 1],
      ["user", null],
      ["zzz", 1],
    ];
    const bytes = encode(new Map(entries));
    const item = read(bytes);
    assert.deepEqual([...item.extra!.keys()], ["acl", "nlink", "zzz"]);
    assert.deepEqual(packed(item), bytes);
  });

  it("may have been written in any order, with other integer and text forms", () => {
    const bytes = fromHex(
      "83" + "a5" + "6d74696d65" + "d2000003e8" + "d904" + "70617468" + "c40161" + "a3756964" + "d300000000000003e8",
    );
    const item = read(bytes);
    assert.deepEqual([item.path, item.mtime, item.uid, item.user, item.mode], ["a", 1000n, 1000, null, 0]);
  });

  it("may have times as raw little-endian integers", () => {
    assert.equal(readMap([["path", "a"], ["mtime", fromHex("00000000000000800000")]]).mtime, 1n << 63n);
    assert.equal(readMap([["path", "a"], ["mtime", fromHex("ff")]]).mtime, -1n);
  });

  it("store empty attribute values as nil and read both", () => {
    const item = { ...file("a"), xattrs: new Map([["user.b", new Uint8Array(0)], ["user.a", Uint8Array.of(1)]]) };
    const stored = (decode(packed(item)) as Map<string, Map<string, unknown>>).get("xattrs")!;
    assert.deepEqual([...stored.keys()], ["user.a", "user.b"]);
    assert.equal(stored.get("user.b"), null);
    const again = readMap([["path", "a"], ["mtime", 1], ["xattrs", new Map([["e", new Uint8Array(0)]])]]);
    assert.equal(again.xattrs!.get("e")!.length, 0);
  });

  it("are refused without path or mtime, with bad chunk lists, and when something else is there", () => {
    assert.throws(() => readMap([["path", "a"]]), MsgpackError);
    assert.throws(() => readMap([["mtime", 1]]), MsgpackError);
    assert.throws(() => readMap([["path", "a"], ["mtime", 1], ["chunks", [[idOf(1), 1]]]]), MsgpackError);
    assert.throws(() => readMap([["path", "a"], ["mtime", 1], ["chunks", [[new Uint8Array(31), 1, 1]]]]), MsgpackError);
    assert.throws(() => read(encode([1])), MsgpackError);
    assert.throws(() => readMap([["path", "a"], ["mtime", 1], ["mode", "x"]]), MsgpackError);
  });

  it("say when they go on behind the end", () => {
    const bytes = packed(file("a", [{ id: idOf(1), size: 1, csize: 2 }]));
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => read(bytes.subarray(0, length)), MsgpackTruncated, String(length));
    }
  });
});

/** Without the difference between views and arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Array.from(value, ([key, entry]) => [key, plain(entry)]).sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
