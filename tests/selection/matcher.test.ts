import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PatternMatcher } from "../../src/selection/matcher.ts";
import { loadPatternFile, parseExclude } from "../../src/selection/pattern_file.ts";

function matcher(lines: string, paths: string[] = []): PatternMatcher {
  return PatternMatcher.forArchive(loadPatternFile(lines).rules, paths);
}

function included(subject: PatternMatcher, paths: string): string[] {
  return paths.split(" ").filter((path) => subject.match(path).verdict === "include");
}

describe("PatternMatcher", () => {
  it("falls back to what it was told", () => {
    assert.deepEqual(new PatternMatcher(true).match("a"), { verdict: "include", recurse: true });
    assert.deepEqual(new PatternMatcher(false).match("a"), { verdict: "exclude", recurse: true });
  });

  it("lets the first match decide", () => {
    assert.deepEqual(included(matcher("+ a/b\n- a"), "a a/b a/b/c a/c d"), ["a/b", "a/b/c", "d"]);
    assert.deepEqual(included(matcher("- a\n+ a/b"), "a a/b a/b/c a/c d"), ["d"]);
  });

  it("keeps searching below what - excludes, not below what ! and --exclude exclude", () => {
    const subject = matcher("- a\n! b");
    subject.addPatterns([parseExclude("c")]);
    assert.deepEqual(["a", "b", "c", "d"].map((path) => subject.match(path).recurse), [true, false, false, true]);
  });

  it("tells paths apart by bytes that are no text, which normalising once destroyed", () => {
    assert.deepEqual(included(matcher("- pp:a/\udcff/./x"), "a/\udcff/x a/\udcfe/x a/\ufffd/x"), [
      "a/\udcfe/x",
      "a/\ufffd/x",
    ]);
  });

  it("ignores slashes in front of a path", () => {
    assert.deepEqual(included(matcher("- a\n- pf:b"), "/a/x //a /b /c"), ["/c"]);
  });

  it("looks up full paths first, of which the last one counts", () => {
    assert.deepEqual(included(matcher("- a\n+ pf:a/b"), "a a/b a/b/c"), ["a/b"]);
    assert.deepEqual(included(matcher("+ pf:a\n- pf:a"), "a b"), ["b"]);
    assert.deepEqual(included(matcher("- pf:a\n+ pf:a"), "a b"), ["a", "b"]);
  });

  it("includes only what PATH arguments name, after the patterns", () => {
    assert.deepEqual(included(matcher("", ["a/b", "c/"]), "a a/b a/b/c a/bc c c/d"), ["a/b", "a/b/c", "c", "c/d"]);
    assert.deepEqual(included(matcher("- sh:**/*.o", ["a"]), "a a/x.o a/x.c b"), ["a", "a/x.c"]);
    assert.deepEqual(included(matcher("+ b", ["a"]), "a b c"), ["a", "b"]);
    assert.deepEqual(included(matcher("", ["sh:*.c", "re:^d"]), "a.c b.o da"), ["a.c", "da"]);
  });

  // As `borg extract --dry-run --list` of BorgBackup 1.2.4 reports them.
  it("knows which PATH arguments never matched", () => {
    const subject = matcher("- x", [
      "./b//c/a.txt",
      "nothing",
      "re:zzz",
      "pf:/b/a",
      "pf:nope/",
      "fm:b/*.zip",
      "x",
      "b",
      "b",
    ]);
    for (const path of ["b/c/a.txt", "b/a", "x", "b"]) subject.match(path);
    assert.deepEqual(subject.unmatchedIncludes(), ["nothing", "zzz", "/b/a", "nope/", "b/*.zip", "x", "b"]);
  });
});
