import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { BorgError } from "../../../src/errors.ts";
import {
  assertSettable,
  CACHE_SETTINGS,
  parseSettingKey,
  REPOSITORY_SETTINGS,
  type Settings,
} from "../../../src/operations/config/settings.ts";

/** What is wrong with setting it so, or undefined. */
function problem(settings: Settings, name: string, value?: string): unknown {
  try {
    assertSettable(settings, parseSettingKey(name, settings), value);
  } catch (error) {
    return (error as BorgError).data[0];
  }
}

describe("names of settings", () => {
  it("may have a section in front", () => {
    assert.deepEqual(parseSettingKey("id", REPOSITORY_SETTINGS), { section: "repository", name: "id" });
    assert.deepEqual(parseSettingKey("a.b", REPOSITORY_SETTINGS), { section: "a", name: "b" });
    assert.deepEqual(parseSettingKey("a.b.c", CACHE_SETTINGS), { section: "cache", name: "a.b.c" });
  });

  it("are few that can be changed", () => {
    assert.equal(problem(REPOSITORY_SETTINGS, "version", "1"), "Invalid name");
    assert.equal(problem(REPOSITORY_SETTINGS, "key"), "Invalid name");
    assert.equal(problem(REPOSITORY_SETTINGS, "cache.id", "1"), "Invalid section");
    assert.equal(problem(CACHE_SETTINGS, "manifest", "1"), "Invalid name");
    assert.equal(problem(CACHE_SETTINGS, "previous_location", "anything"), undefined);
    assert.equal(problem(REPOSITORY_SETTINGS, "id"), undefined);
  });
});

describe("values of settings", () => {
  const wrong = "Invalid value";
  for (
    const [name, value, expected] of [
      ["segments_per_dir", "1000", undefined],
      ["segments_per_dir", "many", wrong],
      ["last_segment_checked", "-1", undefined],
      ["last_segment_checked", "1.5", wrong],
      ["max_segment_size", "1.5G", undefined],
      ["max_segment_size", "4273995775", undefined],
      ["max_segment_size", "4273995776", "Invalid value: max_segment_size >= 4273995776"],
      ["max_segment_size", "1k", wrong],
      ["storage_quota", "0", undefined],
      ["storage_quota", "10M", undefined],
      ["storage_quota", "9999999", "Invalid value: storage_quota < 10M"],
      ["storage_quota", "-1", "Invalid value: storage_quota < 10M"],
      ["additional_free_space", "0", undefined],
      ["additional_free_space", "9M", "Invalid value: additional_free_space < 10M"],
      ["append_only", "1", undefined],
      ["append_only", "yes", wrong],
      ["id", "ab".repeat(32), undefined],
      ["id", "ab".repeat(31), "Invalid value, must be 64 hex digits"],
    ] as const
  ) {
    it(`${name} = ${value} ${expected === undefined ? "is right" : "is wrong"}`, () => {
      assert.equal(problem(REPOSITORY_SETTINGS, name, value), expected);
    });
  }
});
