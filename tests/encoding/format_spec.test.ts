import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatField } from "../../src/encoding/format_spec.ts";

describe("formatField", () => {
  // What format() of CPython 3.11 gives.
  const fields: [value: string | number, specification: string, text: string][] = [
    ["ab", "", "ab"],
    [12, "", "12"],
    [5, "05d", "00005"],
    [-5, "05d", "-0005"],
    [12345, ",", "12,345"],
    [1234567, "_", "1_234_567"],
    [255, "#x", "0xff"],
    [255, "X", "FF"],
    [255, "08b", "11111111"],
    [12345, "010,", "00,012,345"],
    [5, "+d", "+5"],
    [5, " d", " 5"],
    [7, "<4", "7   "],
    [7, "^4", " 7  "],
    [7, "*=+6", "+****7"],
    [12345, "e", "1.234500e+04"],
    [12345, ".1f", "12345.0"],
    [12345, "g", "12345"],
    [1234567, "g", "1.23457e+06"],
    [100000, ".2g", "1e+05"],
    [25, ".0e", "2e+01"],
    [35, ".0e", "4e+01"],
    [250, ".1g", "2e+02"],
    [2500001, ".1g", "3e+06"],
    [1245, ".3g", "1.24e+03"],
    [1235, ".2e", "1.24e+03"],
    [99999, ".3e", "1.000e+05"],
    [99500, ".2g", "1e+05"],
    [9950, ".2e", "9.95e+03"],
    [0, "e", "0.000000e+00"],
    [0, "g", "0"],
    [7, ".3g", "7"],
    [100000000000000000000, "g", "1e+20"],
    [123456, ".10g", "123456"],
    [8, ".0f", "8"],
    [5, "%", "500.000000%"],
    [5, ".0%", "500%"],
    [65535, "_x", "ffff"],
    [100000, "_x", "1_86a0"],
    ["ab", ">5", "   ab"],
    ["ab", "^5", " ab  "],
    ["ab", "*<5", "ab***"],
    ["abc", ".2", "ab"],
    ["abc", "*^9.2s", "***ab****"],
    ["ab", "05", "ab000"],
    ["\u00e4\u{1f600}", "3", "\u00e4\u{1f600} "],
    ["x", "\u{1f600}>3", "\u{1f600}\u{1f600}x"],
  ];
  for (const [value, specification, text] of fields) {
    it(`writes ${value} as ${specification}`, () => assert.equal(formatField(value, specification), text));
  }

  it("writes numbers beyond the safe ones", () => {
    assert.equal(formatField(2n ** 64n, ",d"), "18,446,744,073,709,551,616");
  });

  const refusals: [value: string | number, specification: string, reason: string][] = [
    ["a", "d", "Unknown format code 'd' for object of type 'str'"],
    ["a", "=5", "'=' alignment not allowed in string format specifier"],
    ["a", "+", "Sign not allowed in string format specifier"],
    ["a", " ", "Space not allowed in string format specifier"],
    ["a", "#", "Alternate form (#) not allowed in string format specifier"],
    ["a", ",", "Cannot specify ',' with 's'."],
    ["a", "x>>5", "Invalid format specifier 'x>>5' for object of type 'str'"],
    [1, ".2", "Precision not allowed in integer format specifier"],
    [1, "s", "Unknown format code 's' for object of type 'int'"],
    [1, ",x", "Cannot specify ',' with 'x'."],
    [1, "q", "Unknown format code 'q' for object of type 'int'"],
  ];
  for (const [value, specification, message] of refusals) {
    it(`refuses ${specification} for ${value}`, () => {
      assert.throws(() => formatField(value, specification), { name: "RangeError", message });
    });
  }
});
