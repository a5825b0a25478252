import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { PatternMatcher } from "../../src/selection/matcher.ts";
import { parsePattern } from "../../src/selection/pattern.ts";
import { PatternError } from "../../src/selection/pattern_error.ts";
import { parsePatternFileLine } from "../../src/selection/pattern_file.ts";

interface Vectors {
  readonly paths: string[];
  /** For each pattern the numbers of the paths that it excludes. */
  readonly excluded: Record<string, number[]>;
  readonly refused: Record<string, string>;
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../fixtures/selection/patterns.json", import.meta.url), "utf8"),
);

function excludedBy(pattern: string): string[] {
  const line = parsePatternFileLine(`- ${pattern}`);
  assert.equal(line.kind, "rule");
  const matcher = new PatternMatcher(true);
  if (line.kind === "rule") matcher.addPatterns([line.rule]);
  return vectors.paths.filter((path) => matcher.match(path).verdict === "exclude");
}

describe("a pattern excludes what it excludes in BorgBackup", () => {
  for (const [pattern, numbers] of Object.entries(vectors.excluded)) {
    it(pattern, () => assert.deepEqual(excludedBy(pattern), numbers.map((number) => vectors.paths[number])));
  }
});

describe("a pattern is refused that BorgBackup refuses", () => {
  for (const pattern of Object.keys(vectors.refused)) {
    it(pattern, () => assert.throws(() => parsePattern(pattern, "sh"), PatternError));
  }
});

describe("parsePattern", () => {
  it("uses the default style unless two characters and a colon come first", () => {
    assert.equal(parsePattern("a", "fm").style, "fm");
    assert.equal(parsePattern("a:b", "fm").style, "fm");
    assert.equal(parsePattern("abc:foo", "sh").style, "sh");
    assert.equal(parsePattern("/re:x", "sh").style, "sh");
    const pattern = parsePattern("pp:re:x\ny", "fm");
    assert.deepEqual([pattern.style, pattern.text], ["pp", "re:x\ny"]);
  });

  it("refuses unknown styles", () => {
    for (const text of ["xx:foo", "ab:", "RE:x", "00:y"]) assert.throws(() => parsePattern(text, "fm"), PatternError);
  });
});
