import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { matchesList, matchesPattern } from "../../../../src/repository/remote/ssh/pattern.ts";

/** text, pattern, whether it matches */
const CASES: [string, string, boolean][] = [
  ["", "", true],
  ["", "*", true],
  ["", "?", false],
  ["a", "", false],
  ["a", "?", true],
  ["ab", "?", false],
  ["a.example.org", "*.example.org", true],
  ["example.org", "*.example.org", false],
  ["abcabd", "*abd", true],
  ["abcabd", "a*b?", true],
  ["aXbXc", "*X*X*", true],
  ["192.168.0.7", "192.168.0.?", true],
  ["a+b", "a+b", true],
  ["aab", "a+b", false],
];

describe("patterns", () => {
  for (const [text, pattern, expected] of CASES) {
    it(`${pattern} and ${text}`, () => assert.equal(matchesPattern(text, pattern), expected));
  }

  it("match as the same regular expression does", () => {
    const letters = (signs: string) => fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(fc.property(letters("ab."), letters("ab.*?"), (text, pattern) => {
      const source = pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
      assert.equal(matchesPattern(text, pattern), new RegExp(`^${source}$`).test(text));
    }));
  });

  it("do not take for ever", () => {
    const start = performance.now();
    assert.equal(matchesPattern("a".repeat(20_000), `${"*a".repeat(100)}b`), false);
    assert.ok(performance.now() - start < 5000);
  });

  it("in lists may be negated, in any place", () => {
    assert.equal(matchesList("host", ["*"]), true);
    assert.equal(matchesList("host", ["!host", "*"]), false);
    assert.equal(matchesList("host", ["*", "!ho*"]), false);
    assert.equal(matchesList("host", ["!other"]), false);
    assert.equal(matchesList("host", []), false);
  });
});
