import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FormatError, type FormatValue, Template } from "../../../src/cli/render/format.ts";

const KEYS = new Set(["archive", "size", "NL"]);

function format(template: string, values: Record<string, FormatValue> = { archive: "one", size: 3000000, NL: "\n" }) {
  return new Template(template, KEYS).format((key) => values[key]!);
}

describe("Template", () => {
  it("lays out texts", () => {
    const cases: [string, string][] = [
      ["{archive:10}|", "one       |"],
      ["{archive:>10}|", "       one|"],
      ["{archive:^10}|", "   one    |"],
      ["{archive:*^10}|", "***one****|"],
      ["{archive:.2}|", "on|"],
      ["{archive:10.2}|", "on        |"],
      ["{archive:<010}|", "one0000000|"],
      ["{archive:010}|", "one0000000|"],
      ["{{x}} {archive}", "{x} one"],
      ["{{{archive}}}", "{one}"],
      ["{archive!r}", "'one'"],
      ["{archive!a}", "'one'"],
      ["{archive!s:>8}|", "     one|"],
      ["{NL!r}", "'\\n'"],
    ];
    for (const [template, text] of cases) assert.equal(format(template), text, template);
  });

  it("lays out numbers", () => {
    const template = "{size:08}|{size:<8}|{size:^8}|{size:,}|{size:x}|{size:#X}|{size:+d}|{size:e}|{size:_}";
    assert.equal(
      format(template),
      "03000000|3000000 |3000000 |3,000,000|2dc6c0|0X2DC6C0|+3000000|3.000000e+06|3_000_000",
    );
    assert.equal(format("{size:6}|{size:06}|{size: d}", { size: -42 }), "   -42|-00042|-42");
    assert.equal(format("{size:b} {size:o} {size:#b} {size:.1f} {size:%}", { size: 5 }), "101 5 0b101 5.0 500.000000%");
    assert.equal(format("{size!s:10}|", { size: 5n }), "5         |");
  });

  it("asks for the keys that are mentioned and no others", () => {
    const template = new Template("{size} {size:>3}", KEYS);
    assert.deepEqual([...template.keys], ["size"]);
    const asked: string[] = [];
    template.format((key) => (asked.push(key), 1));
    assert.deepEqual(asked, ["size", "size"]);
  });

  it("hands the specification to values that render themselves", () => {
    const values = { size: { format: (specification: string) => `<${specification}>` } };
    assert.equal(format("{size:%Y-%m}{size}{size!s:>4}", values), "<%Y-%m><>  <>");
  });

  it("refuses what Python refuses, in Python's words", () => {
    const cases: [string, string, string][] = [
      ["{foo}", "KeyError", "'foo'"],
      ["{}", "KeyError", "''"],
      ["{archive.x}", "KeyError", "'archive.x'"],
      ["}", "ValueError", "Single '}' encountered in format string"],
      ["{archive", "ValueError", "Single '{' encountered in format string"],
      ["{archive{NL}", "ValueError", "Single '{' encountered in format string"],
      ["{archive!x}", "ValueError", "Unknown conversion specifier x"],
      ["{archive:d}", "ValueError", "Unknown format code 'd' for object of type 'str'"],
      ["{archive:=10}", "ValueError", "'=' alignment not allowed in string format specifier"],
      ["{archive:,}", "ValueError", "Cannot specify ',' with 's'."],
      ["{archive:+}", "ValueError", "Sign not allowed in string format specifier"],
      ["{size:s}", "ValueError", "Unknown format code 's' for object of type 'int'"],
      ["{size:.3d}", "ValueError", "Precision not allowed in integer format specifier"],
    ];
    for (const [template, kind, reason] of cases) {
      assert.throws(() => format(template), (error) => {
        assert.ok(error instanceof FormatError, template);
        assert.deepEqual(error.data.slice(2), [kind, reason], template);
        return true;
      });
    }
  });
});
