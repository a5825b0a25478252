import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  archiveNameProblem,
  checkpointName,
  isCheckpoint,
  isRecreateTemporary,
  mentionsCheckpoint,
  partPath,
  recreateName,
  unusedName,
} from "../../src/archive/names.ts";

const taken = (...names: string[]) => (name: string) => names.includes(name);

describe("archive names", () => {
  it("may be anything but empty, with a slash or two colons, or too long", () => {
    for (const name of ["a", " b c ", "ü:x", "x".repeat(255), "\u{1F600}".repeat(255), ".."]) {
      assert.equal(archiveNameProblem(name), undefined, name);
    }
    for (const name of ["", "a/b", "a::b", "x".repeat(256)]) assert.notEqual(archiveNameProblem(name), undefined, name);
  });

  it("of checkpoints are numbered", () => {
    assert.equal(checkpointName("a", taken()), "a.checkpoint");
    assert.equal(checkpointName("a", taken("a.checkpoint")), "a.checkpoint.1");
    assert.equal(checkpointName("a", taken("a.checkpoint", "a.checkpoint.1")), "a.checkpoint.2");
  });

  it("tell checkpoints by their end, listings by any place", () => {
    assert.deepEqual(["a.checkpoint", "a.checkpoint.12", "a.checkpoint.", "a.checkpoint.x", "a"].map(isCheckpoint), [
      true,
      true,
      false,
      false,
      false,
    ]);
    assert.equal(mentionsCheckpoint("a.checkpoint.old"), true);
  });

  it("make room for recreated and recovered archives", () => {
    assert.equal(recreateName("a"), "a.recreate");
    assert.equal(isRecreateTemporary("a.recreate"), true);
    assert.equal(isRecreateTemporary("a.recreated"), false);
    assert.equal(unusedName("a", taken()), "a");
    assert.equal(unusedName("a", taken("a", "a.1")), "a.2");
  });
});

it("part items are numbered after their file", () => {
  assert.equal(partPath("d/f", 3), "d/f.borg_part_3");
});
