import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { dumped, dumpedText } from "../../../src/cli/render/dump.ts";
import { jsonBlock, jsonLine } from "../../../src/cli/render/json.ts";
import { decode, encode, Float64 } from "../../../src/encoding/msgpack.ts";

const bytes = (hex: string) => jsonLine(dumped(Uint8Array.from(Buffer.from(hex, "hex"))));

describe("what debug shows of stored bytes", () => {
  it("is text where they are UTF-8", () => {
    assert.equal(bytes("6261720a"), '"bar\\n"');
    assert.equal(bytes("00"), '"\\u0000"');
    assert.equal(bytes("c3a9"), '"\\u00e9"');
    assert.equal(bytes("f09f9880"), '"\\ud83d\\ude00"');
    assert.equal(bytes("efbbbf61"), '"\\ufeffa"');
  });

  it("is hex digits behind a mark elsewhere", () => {
    assert.equal(bytes("7f61"), '"\\u007f7f61"');
    assert.equal(bytes("eda080"), '"\\u007feda080"');
    assert.equal(bytes("747265652f62ff"), '"\\u007f747265652f62ff"');
    assert.equal(dumpedText("n\udcff"), "\x7f6eff");
    assert.equal(dumpedText("\x7f"), "\x7f7f");
    assert.equal(dumpedText("name"), "name");
  });
});

describe("what debug shows of stored structures", () => {
  it("has its keys in order, and numbers as they are", () => {
    const value = decode(encode(
      new Map<string | number, never>([
        ["b", [1, null, true, new Float64(0.5), 2n ** 63n] as never],
        ["10", new Map() as never],
        ["9", [] as never],
      ]),
    ));
    const text =
      '{\n    "10": {},\n    "9": [],\n    "b": [\n        1,\n        null,\n        true,\n        0.5,\n' +
      "        9223372036854775808\n    ]\n}";
    assert.equal(jsonBlock(dumped(value), ""), text);
    assert.equal(jsonBlock(dumped(value), "  "), text.replaceAll("\n", "\n  "));
  });
});
