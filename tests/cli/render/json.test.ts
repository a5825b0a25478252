import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Decimal, floatText, jsonDocument, jsonLine } from "../../../src/cli/render/json.ts";

describe("jsonDocument", () => {
  const value = { b: [1, "x"], a: { z: null, y: true }, c: [], d: {} };

  it("sorts keys and indents by four", () => {
    assert.equal(
      jsonDocument(value),
      '{\n    "a": {\n        "y": true,\n        "z": null\n    },\n    "b": [\n        1,\n        "x"\n    ],\n' +
        '    "c": [],\n    "d": {}\n}',
    );
  });

  it("follows BORG_JSON_INDENT: a number, none, or a text", () => {
    assert.equal(jsonDocument([1], "1"), "[\n 1\n]");
    assert.equal(jsonDocument([1], "0"), "[\n1\n]");
    assert.equal(jsonDocument([1], "-3"), "[\n1\n]");
    assert.equal(jsonDocument({ b: 1, a: [2, 3] }, "none"), '{"a": [2, 3], "b": 1}');
    assert.equal(jsonDocument([1], "--"), "[\n--1\n]");
  });
});

describe("documents of BorgBackup 1.4.5", () => {
  const folder = new URL("../../fixtures/borg-1.4.5/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

  it("come out byte for byte", () => {
    assert.equal(names.length, 14);
    for (const name of names) {
      const text = readFileSync(new URL(name, folder), "utf8");
      assert.equal(`${jsonDocument(JSON.parse(text))}\n`, text, name);
    }
  });
});

describe("jsonLine", () => {
  it("keeps the order of keys and writes ASCII only", () => {
    assert.equal(jsonLine({ b: "é\u{1F600}\x7f", a: 1 }), '{"b": "\\u00e9\\ud83d\\ude00\\u007f", "a": 1}');
  });

  it("escapes as JSON demands", () => {
    assert.equal(jsonLine('"\\/\n\r\t\f\b\x01'), '"\\"\\\\/\\n\\r\\t\\f\\b\\u0001"');
  });

  it("shows undecodable bytes as question marks", () => {
    assert.equal(jsonLine("caf\udce9"), '"caf?"');
  });

  it("writes integers of any size", () => {
    assert.equal(jsonLine([2 ** 53, 12345678901234567890n, -0]), "[9007199254740992, 12345678901234567890, 0]");
  });
});

describe("floatText", () => {
  it("writes numbers as Python does", () => {
    const cases: [number, string][] = [
      [0, "0.0"],
      [-0, "-0.0"],
      [5, "5.0"],
      [0.116434, "0.116434"],
      [2.7704293054390678e-05, "2.7704293054390678e-05"],
      [0.0001, "0.0001"],
      [0.00012, "0.00012"],
      [-0.00001, "-1e-05"],
      [1e15, "1000000000000000.0"],
      [1e16, "1e+16"],
      [1.5e300, "1.5e+300"],
      [1e-7, "1e-07"],
      [123456.789, "123456.789"],
      [NaN, "NaN"],
      [-Infinity, "-Infinity"],
    ];
    for (const [value, text] of cases) assert.equal(floatText(value), text);
    assert.equal(jsonLine(new Decimal(5)), "5.0");
    assert.equal(jsonLine(0.5), "0.5");
  });
});
