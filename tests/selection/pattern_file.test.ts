import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PatternError } from "../../src/selection/pattern_error.ts";
import {
  loadExcludeFile,
  loadPatternFile,
  parseExclude,
  parsePatternFileLine,
} from "../../src/selection/pattern_file.ts";

function summary(text: string): string[] {
  return loadPatternFile(text).rules.map(({ pattern, verdict, recurse }) =>
    `${verdict}${recurse ? "" : " without recursing"} ${pattern.style}:${pattern.text}`
  );
}

describe("loadPatternFile", () => {
  it("reads rules, roots and comments", () => {
    const text = "# comment\n\n  # another\n+ a b\n- c\n! d\n  - e  \r\n-f\nR /x y\nr z\n+  re:g\n";
    assert.deepEqual(loadPatternFile(text).roots, ["/x y", "z"]);
    assert.deepEqual(summary(text), [
      "include sh:a b",
      "exclude sh:c",
      "exclude without recursing sh:d",
      "exclude sh:e",
      "exclude sh:f",
      "include re:g",
    ]);
  });

  it("changes the style for the lines that follow", () => {
    assert.deepEqual(summary("- a\nP re\n- b\n- pp:c\nPfm\n- d\np pf\n- e"), [
      "exclude sh:a",
      "exclude re:b",
      "exclude pp:c",
      "exclude fm:d",
      "exclude pf:e",
    ]);
  });

  it("refuses lines that are nothing of the kind", () => {
    for (const line of ["a", "* a", "? b", "+", "- ", "R", "P", "P xx", "- xx:a", "- re:("]) {
      assert.throws(() => loadPatternFile(line), PatternError, line);
    }
  });
});

describe("parsePatternFileLine", () => {
  it("names what is wrong as BorgBackup does", () => {
    const problems: [line: string, problem: string][] = [
      ["", "A pattern/command must not be empty."],
      ["# foo", "A pattern/command must start with anyone of: -, !, +, R, r, P, p"],
      ["  - a", "A pattern/command must start with anyone of: -, !, +, R, r, P, p"],
      ["+ ", "A pattern/command must have a value part."],
      ["- xx:a", "Unknown pattern style: xx"],
    ];
    for (const [line, problem] of problems) {
      assert.throws(
        () => parsePatternFileLine(line),
        (error) => error instanceof PatternError && error.data[0] === problem,
      );
    }
  });

  it("keeps blanks at the end", () => {
    const line = parsePatternFileLine("-   a  ");
    assert.equal(line.kind === "rule" && line.rule.pattern.text, "a  ");
  });
});

describe("loadExcludeFile", () => {
  it("reads a pattern from each line", () => {
    const rules = loadExcludeFile("# c\n\n a b \nre:c\n+ d\n");
    assert.deepEqual(rules.map(({ pattern }) => `${pattern.style}:${pattern.text}`), ["fm:a b", "re:c", "fm:+ d"]);
    assert.ok(rules.every(({ verdict, recurse }) => verdict === "exclude" && !recurse));
  });

  it("reads what --exclude takes", () => {
    assert.equal(parseExclude("").pattern.matches(".", "./"), true);
    assert.throws(() => loadExcludeFile("xx:a"), PatternError);
  });
});
