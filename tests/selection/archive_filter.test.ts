import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  archiveNameMatcher,
  type ArchiveSummary,
  filterArchives,
  prefixGlob,
} from "../../src/selection/archive_filter.ts";

/** Archives as BorgBackup 1.2.4 made them, in the order of the manifest: name and day of the month. */
const DAYS: [name: string, day: number][] = [
  [".h", 1],
  ["B-1", 4],
  ["a*y", 1],
  ["a1x", 3],
  ["a[1]x", 2],
  ["ab", 2],
  ["b-1", 5],
  ["n\nl", 2],
  ["\u00e4", 3],
];
const ARCHIVES: ArchiveSummary[] = DAYS.map(([name, day], i) => ({
  name,
  time: `2024-01-0${day}T00:00:00.000000`,
  id: new Uint8Array(32).fill((7 * i) % 9),
}));
const BY_TIME = [".h", "a*y", "a[1]x", "ab", "n\nl", "a1x", "\u00e4", "B-1", "b-1"];

function names(filter: Parameters<typeof filterArchives>[1]): string[] {
  return filterArchives(ARCHIVES, filter).map(({ name }) => name);
}

describe("filterArchives", () => {
  it("sorts by time, and keeps the order of archives of one time", () => {
    assert.deepEqual(names({ sortBy: ["timestamp"] }), BY_TIME);
    assert.deepEqual(names({ sortBy: ["timestamp", "name"] }), BY_TIME);
  });

  it("sorts by name and id", () => {
    assert.deepEqual(names({ sortBy: ["name"] }), DAYS.map(([name]) => name));
    const ids = filterArchives(ARCHIVES, { sortBy: ["id"] }).map(({ id }) => id[0]);
    assert.deepEqual(ids, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(names({ sortBy: ["timestamp", "id"] }).slice(0, 2), [".h", "a*y"]);
  });

  it("leaves the order alone without a key", () => {
    assert.deepEqual(names({}), DAYS.map(([name]) => name));
  });

  it("takes the first or the last ones, in ascending order", () => {
    assert.deepEqual(names({ sortBy: ["timestamp"], first: 3 }), BY_TIME.slice(0, 3));
    assert.deepEqual(names({ sortBy: ["timestamp"], last: 3 }), BY_TIME.slice(-3));
    assert.deepEqual(names({ sortBy: ["name"], last: 3 }), ["b-1", "n\nl", "\u00e4"]);
    assert.deepEqual(names({ last: 100 }).length, 9);
    assert.deepEqual(names({ glob: "a*", sortBy: ["timestamp"], last: 1 }), ["a1x"]);
  });

  it("compares names by code points", () => {
    const two = ["\u{1f600}", "\uffee", "\udcff"].map((name) => ({ name, time: "", id: new Uint8Array(32) }));
    const sorted = filterArchives(two, { sortBy: ["name"] }).map(({ name }) => name);
    assert.deepEqual(sorted, ["\udcff", "\uffee", "\u{1f600}"]);
  });

  const globs: [glob: string, found: string[]][] = [
    ["", BY_TIME],
    ["*", BY_TIME],
    ["a?x", ["a1x"]],
    ["A*", []],
    ["[!a]*", [".h", "n\nl", "\u00e4", "B-1", "b-1"]],
    [".*", [".h"]],
    ["n*", ["n\nl"]],
    ["**/a*", ["a*y", "a[1]x", "ab", "a1x"]],
    ["sh:a*", []],
    ["a/", []],
    [prefixGlob("a"), ["a*y", "a[1]x", "ab", "a1x"]],
    [prefixGlob("a[1]"), ["a1x"]],
    [prefixGlob(""), BY_TIME],
  ];
  for (const [glob, found] of globs) {
    it(`finds ${glob || "all"}`, () => assert.deepEqual(names({ glob, sortBy: ["timestamp"] }), found));
  }
});

describe("archiveNameMatcher", () => {
  it("takes checkpoints for their archives where asked to", () => {
    const all = ["a-1", "a-1.checkpoint", "a-1.checkpoint.2", "a-1.checkpoint.x", "b"];
    assert.deepEqual(all.filter(archiveNameMatcher("a-?")), ["a-1"]);
    assert.deepEqual(all.filter(archiveNameMatcher("a-?", true)), ["a-1", "a-1.checkpoint", "a-1.checkpoint.2"]);
    assert.deepEqual(all.filter(archiveNameMatcher(undefined, true)), all);
  });
});
