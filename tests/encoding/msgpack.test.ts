import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { concat, fromHex, toHex } from "../../src/encoding/bytes.ts";
import {
  decode,
  type Encodable,
  encode,
  Float64,
  MsgpackError,
  MsgpackTruncated,
  Packer,
  Reader,
  sortedMap,
  Unpacker,
  type Value,
} from "../../src/encoding/msgpack.ts";

const ONES = new Uint8Array(32).fill(1);

/** Encodings on both sides of each limit of format reference 1.1. */
const INTEGERS: [value: number | bigint, hex: string][] = [
  [0, "00"],
  [127, "7f"],
  [128, "cc80"],
  [255, "ccff"],
  [256, "cd0100"],
  [65535, "cdffff"],
  [65536, "ce00010000"],
  [4294967295, "ceffffffff"],
  [4294967296, "cf0000000100000000"],
  [Number.MAX_SAFE_INTEGER, "cf001fffffffffffff"],
  [9007199254740992n, "cf0020000000000000"],
  [1700000000000000000n, "cf17979cfe362a0000"],
  [18446744073709551615n, "cfffffffffffffffff"],
  [-1, "ff"],
  [-32, "e0"],
  [-33, "d0df"],
  [-128, "d080"],
  [-129, "d1ff7f"],
  [-32768, "d18000"],
  [-32769, "d2ffff7fff"],
  [-2147483648, "d280000000"],
  [-2147483649, "d3ffffffff7fffffff"],
  [Number.MIN_SAFE_INTEGER, "d3ffe0000000000001"],
  [-9223372036854775808n, "d38000000000000000"],
];

const OTHERS: [value: Value, hex: string][] = [
  [null, "c0"],
  [false, "c2"],
  [true, "c3"],
  [new Uint8Array(0), "a0"],
  [[], "90"],
  [new Map(), "80"],
  [[1, [2]], "92019102"],
  [new Map<string | number, Value>([["b", 1], ["a", null], [7, true]]), "83a16201a161c007c3"],
];

describe("encode and decode", () => {
  for (const [value, hex] of [...INTEGERS, ...OTHERS]) {
    it(`agree on ${hex}`, () => {
      assert.equal(toHex(encode(value)), hex);
      assert.deepEqual(decode(fromHex(hex)), value);
    });
  }

  it("write the item of the format reference", () => {
    const item = sortedMap([
      ["path", "d/f"],
      ["mode", 0o100644],
      ["uid", 1000],
      ["gid", 100],
      ["user", "u"],
      ["group", null],
      ["mtime", 1700000000000000000n],
      ["size", 5],
      ["hardlink_master", false],
      ["chunks", [[ONES, 5, 300]]],
    ]);
    const expected = "8aa66368756e6b739193da0020" + toHex(ONES) +
      "05cd012ca367696464a567726f7570c0af686172646c696e6b5f6d6173746572c2a46d6f6465cd81a4a56d74696d65cf17979cfe362a0000" +
      "a470617468a3642f66a473697a6505a3756964cd03e8a475736572a175";
    assert.equal(toHex(encode(item)), expected);
  });

  it("write raw heads at each limit", () => {
    for (const [length, head] of [[31, "bf"], [32, "da0020"], [65535, "daffff"], [65536, "db00010000"]] as const) {
      const packed = encode(new Uint8Array(length));
      assert.equal(toHex(packed.subarray(0, packed.length - length)), head);
      assert.equal((decode(packed) as Uint8Array).length, length);
      const text = encode("x".repeat(length));
      assert.equal(toHex(text.subarray(0, text.length - length)), head);
    }
  });

  it("write array and map heads at each limit", () => {
    for (
      const [count, array, map] of [[15, "9f", "8f"], [16, "dc0010", "de0010"], [
        65536,
        "dd00010000",
        "df00010000",
      ]] as const
    ) {
      const values = Array.from({ length: count }, (_, i) => i);
      assert.equal(toHex(encode(values)).slice(0, array.length), array);
      assert.deepEqual(decode(encode(values)), values);
      const entries = new Map(values.map((i) => [i, null]));
      assert.equal(toHex(encode(entries)).slice(0, map.length), map);
      assert.deepEqual(decode(encode(entries)), entries);
    }
  });

  it("write text as its bytes", () => {
    assert.equal(toHex(encode("\u00fc\udcff")), "a3c3bcff");
    assert.equal(toHex(encode("a".repeat(40) + "\u00fc")), "da002a" + "61".repeat(40) + "c3bc");
    assert.equal(toHex(encode("\u00fc".repeat(16))), "da0020" + "c3bc".repeat(16));
    assert.equal(toHex(encode("a".repeat(100))), "da0064" + "61".repeat(100));
  });

  it("write floats with 64 bits and read both widths", () => {
    assert.equal(toHex(encode(new Float64(0.1))), "cb3fb999999999999a");
    assert.equal(decode(fromHex("cb3fb999999999999a")), 0.1);
    assert.equal(decode(fromHex("ca3fc00000")), 1.5);
  });

  it("accept str8 and bin when reading", () => {
    for (const head of ["d902", "c402", "c50002", "c600000002", "db00000002"]) {
      assert.deepEqual(decode(fromHex(head + "6162")), new Uint8Array([0x61, 0x62]));
    }
  });

  it("accept integers that are longer than need be", () => {
    for (const hex of ["cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005", "d200000005"]) {
      assert.equal(decode(fromHex(hex)), 5);
    }
  });

  it("refuse what cannot be written", () => {
    for (const value of [0.5, NaN, 2 ** 53, -Infinity, 1n << 64n, -(1n << 63n) - 1n, "\ud800"]) {
      assert.throws(() => encode(value), RangeError);
    }
  });

  it("refuse broken messages", () => {
    for (const hex of ["c1", "d40000", "c70000", "0000", "81c000", "81900" + "0", "81cf002000000000000000"]) {
      assert.throws(() => decode(fromHex(hex)), MsgpackError);
    }
  });

  it("refuse nesting that would exhaust the stack", () => {
    assert.throws(() => decode(new Uint8Array(100000).fill(0x91)), MsgpackError);
  });

  it("refuse every message that was cut, saying how much is missing at least", () => {
    const whole = encode(
      new Map<string, Encodable>([["a", [1, -300, 70000, null]], ["b", new Float64(1)], ["c", ONES]]),
    );
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => decode(whole.subarray(0, length)), (error) => {
        assert.ok(error instanceof MsgpackTruncated);
        return error.needed > length && error.needed <= whole.length;
      });
    }
  });

  it("are inverse to each other", () => {
    const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger(),
        fc.bigInt({ min: 1n << 60n, max: (1n << 64n) - 1n }),
        fc.uint8Array({ maxLength: 70 }),
        fc.array(tie("tree"), { maxLength: 20 }),
        fc.array(fc.tuple(fc.oneof(fc.integer(), fc.string()), tie("tree")), { maxLength: 20 }).map((it) =>
          new Map(it)
        ),
      ),
    }));
    fc.assert(fc.property(tree, (value) => {
      assert.deepEqual(decode(encode(value)), value);
    }));
  });
});

describe("sortedMap", () => {
  it("sorts by bytes, not by UTF-16 units", () => {
    const keys = ["\u{1f600}", "\uffee", "b", "ab", "\udcff", "a", ""];
    assert.deepEqual([...sortedMap(keys.map((key) => [key, null])).keys()], [
      "",
      "a",
      "ab",
      "b",
      "\uffee",
      "\u{1f600}",
      "\udcff",
    ]);
  });
});

describe("Packer", () => {
  it("gives a copy and starts anew", () => {
    const packer = new Packer(1);
    packer.text("abc");
    const first = packer.take();
    assert.equal(packer.length, 0);
    packer.int(5);
    assert.equal(toHex(first), "a3616263");
    assert.equal(toHex(packer.view()), "05");
  });

  it("keeps what is before the length it is cut to", () => {
    const packer = new Packer();
    packer.int(1);
    const length = packer.length;
    packer.raw(ONES);
    packer.truncate(length);
    packer.nil();
    assert.equal(toHex(packer.take()), "01c0");
    packer.bool(true);
    packer.reset();
    assert.equal(packer.length, 0);
  });
});

describe("Reader", () => {
  it("reads the fields of a message one by one", () => {
    const bytes = concat(fromHex("0102"), encode(new Map<string, Encodable>([["k", [1, "\udcff", null, true]]])));
    const reader = new Reader(bytes, 2);
    assert.equal(reader.readMapHeader(), 1);
    assert.equal(reader.readKey(), "k");
    assert.equal(reader.peekType(), "array");
    assert.equal(reader.readArrayHeader(), 4);
    assert.equal(reader.skipNil(), false);
    assert.equal(reader.readNumber(), 1);
    assert.equal(reader.readText(), "\udcff");
    assert.equal(reader.skipNil(), true);
    assert.equal(reader.readBoolean(), true);
    assert.equal(reader.remaining, 0);
    assert.throws(() => reader.peekType(), MsgpackTruncated);
  });

  it("gives raws as views into the input", () => {
    const bytes = encode(ONES);
    const raw = new Reader(bytes).readRaw();
    bytes[3] = 9;
    assert.equal(raw[0], 9);
    assert.equal(raw.constructor, Uint8Array);
  });

  it("passes over any value", () => {
    const values: Encodable[] = [null, true, 5, -5, 300, 70000, 2 ** 40, -(2 ** 40), new Float64(1), "ab", ONES, [1, [
      2,
    ]]];
    for (const value of [...values, new Map([["a", new Map([["b", 1]])]])]) {
      const reader = new Reader(concat(encode(value), fromHex("2a")));
      reader.skip();
      assert.equal(reader.readInt(), 42);
    }
    const reader = new Reader(fromHex("ca00000000" + "cc00" + "cd0000" + "d000" + "d90161" + "2a"));
    for (let i = 0; i < 5; i++) reader.skip();
    assert.equal(reader.readInt(), 42);
    assert.throws(() => new Reader(fromHex("c1")).skip(), MsgpackError);
  });

  it("reads times in both forms", () => {
    const forms: [hex: string, value: bigint][] = [
      ["05", 5n],
      ["cf17979cfe362a0000", 1700000000000000000n],
      ["d3ffffffffffffffff", -1n],
      ["a0", 0n],
      ["a1ff", -1n],
      ["a20080", -32768n],
      ["a9ffffffffffffffff00", 18446744073709551615n],
    ];
    for (const [hex, value] of forms) assert.equal(new Reader(fromHex(hex)).readBigInt(), value);
  });

  it("refuses another type than asked for", () => {
    const reads: ((reader: Reader) => unknown)[] = [
      (it) => it.readInt(),
      (it) => it.readBigInt(),
      (it) => it.readRaw(),
      (it) => it.readText(),
      (it) => it.readArrayHeader(),
      (it) => it.readMapHeader(),
      (it) => it.readBoolean(),
      (it) => it.readFloat(),
    ];
    for (const read of reads) assert.throws(() => read(new Reader(fromHex("c0"))), MsgpackError);
    assert.throws(() => new Reader(fromHex("cfffffffffffffffff")).readNumber(), MsgpackError);
  });

  it("remembers keys without mixing them up", () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 3 }), { maxLength: 200 }), (keys) => {
      const reader = new Reader(concat(...keys.map((key) => encode(key))));
      const plain = new Reader(concat(...keys.map((key) => encode(key))));
      for (let i = 0; i < keys.length; i++) assert.equal(reader.readKey(), plain.readText());
    }));
  });
});

describe("Unpacker", () => {
  it("gives the same values however the bytes are cut", () => {
    const values: Value[] = [1, [new Uint8Array(300).fill(3)], new Map([["k", null]]), null, new Uint8Array(0)];
    const bytes = concat(...values.map((value) => encode(value)));
    for (const step of [1, 2, 7, 100, bytes.length]) {
      const unpacker = new Unpacker();
      const found: Value[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        unpacker.feed(bytes.subarray(at, at + step));
        for (let value = unpacker.next(); value !== undefined; value = unpacker.next()) found.push(value);
      }
      assert.deepEqual(found, values);
    }
  });

  it("leaves values alone that it gave before", () => {
    const unpacker = new Unpacker();
    unpacker.feed(encode(ONES));
    const first = unpacker.next();
    for (let i = 0; i < 5000; i++) unpacker.feed(encode(new Uint8Array(32).fill(i)));
    assert.deepEqual(first, ONES);
  });

  it("refuses more than its limit, counting only what waits", () => {
    const unpacker = new Unpacker(10);
    unpacker.feed(encode(new Uint8Array(8)));
    unpacker.next();
    unpacker.feed(fromHex("9f0000"));
    assert.equal(unpacker.next(), undefined);
    assert.throws(() => unpacker.feed(new Uint8Array(8)), MsgpackError);
  });

  it("refuses a message as soon as it says that it is longer than the limit", () => {
    const unpacker = new Unpacker(1000);
    unpacker.feed(fromHex("db00010000"));
    assert.throws(() => unpacker.next(), MsgpackError);
  });

  it("gives the right values from a buffer that it uses again and again", () => {
    const unpacker = new Unpacker(1 << 20, true);
    for (let i = 0; i < 3000; i++) {
      const bytes = encode([i, new Uint8Array(100).fill(i)]);
      unpacker.feed(bytes.subarray(0, 50));
      assert.equal(unpacker.next(), undefined);
      unpacker.feed(bytes.subarray(50));
      assert.deepEqual(unpacker.next(), [i, new Uint8Array(100).fill(i)]);
    }
  });

  it("reads what it is told to", () => {
    const unpacker = new Unpacker();
    unpacker.feed(fromHex("920102"));
    const sum = () => unpacker.take((reader) => reader.readArrayHeader() + reader.readNumber() + reader.readNumber());
    assert.equal(sum(), 5);
    assert.equal(sum(), undefined);
  });

  it("refuses bytes that are no message", () => {
    const unpacker = new Unpacker();
    unpacker.feed(fromHex("c1"));
    assert.throws(() => unpacker.next(), MsgpackError);
  });
});
