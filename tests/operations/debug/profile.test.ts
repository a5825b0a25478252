import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Float64, Packer } from "../../../src/encoding/msgpack.ts";
import { convertProfile } from "../../../src/operations/debug/convert_profile.ts";
import { encodeProfile } from "../../../src/operations/debug/sampled_calls.ts";
import { IntegrityError } from "../../../src/errors.ts";

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });

describe("a profile in BorgBackup's form", () => {
  it("sums up by function and caller, and counts recursion once", () => {
    const profile = {
      nodes: [
        { id: 1, callFrame: frame("(root)", "", -1), children: [2] },
        { id: 2, callFrame: frame("walk", "a.ts", 9), children: [3] },
        { id: 3, callFrame: frame("walk", "a.ts", 9), children: [4] },
        { id: 4, callFrame: frame("", "b.ts", 0) },
      ],
      samples: [2, 3, 4, 4],
      timeDeltas: [1_000_000, 2_000_000, 4_000_000, 8_000_000],
    };
    const walk = ["a.ts", 10, "walk"];
    const root = ["~", 0, "(root)"];
    const expected = new Packer();
    expected.mapHeader(3);
    const put = (...values: (string | number | (string | number)[] | Float64)[]) => {
      for (const value of values) expected.value(value);
    };
    const sums = (samples: number, own: number, all: number) => [samples, samples, new Float64(own), new Float64(all)];
    put(root);
    expected.arrayHeader(5);
    put(...sums(0, 0, 15));
    expected.mapHeader(0);
    put(walk);
    expected.arrayHeader(5);
    put(...sums(2, 3, 15));
    expected.mapHeader(2);
    put(walk);
    expected.arrayHeader(4);
    put(...sums(1, 2, 14));
    put(root);
    expected.arrayHeader(4);
    put(...sums(1, 1, 15));
    put(["b.ts", 1, "(anonymous)"]);
    expected.arrayHeader(5);
    put(...sums(2, 12, 12));
    expected.mapHeader(1);
    put(walk);
    expected.arrayHeader(4);
    put(...sums(2, 12, 12));
    assert.deepEqual(encodeProfile(profile), expected.take());
  });
});

describe("a profile for Python", () => {
  const packed = (fill: (packer: Packer) => void) => {
    const packer = new Packer();
    fill(packer);
    return packer.take();
  };
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

  it("is the same value in Python's words", () => {
    const profile = packed((packer) => {
      packer.mapHeader(1);
      packer.value(["~", 0, "ü"]);
      packer.value([null, true, false, -1, 1.5].map((value) => value === 1.5 ? new Float64(value) : value));
    });
    const key = "2803000000" + "75010000007e" + "6900000000" + "7502000000c3bc";
    const value = "2805000000" + "4e" + "54" + "46" + "69ffffffff" + "67000000000000f83f";
    assert.equal(hex(convertProfile(profile)), `7b${key}${value}30`);
  });

  it("has long integers", () => {
    const converted = (value: number) => hex(convertProfile(packed((packer) => packer.int(value))));
    assert.equal(converted(2 ** 31 - 1), "69ffffff7f");
    assert.equal(converted(-(2 ** 31)), "6900000080");
    assert.equal(converted(2 ** 31), "6c03000000000000000200");
    assert.equal(converted(-(2 ** 31) - 1), "6cfdffffff010000000200");
  });

  it("is not made of anything else", () => {
    for (const bytes of [[], [0x81], [0xc1], [0x80, 0x80], [...Buffer.from('{"nodes":[]}')]]) {
      assert.throws(() => convertProfile(Uint8Array.from(bytes)), IntegrityError);
    }
  });
});
