import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metadata, type MetadataOptions } from "../../../src/operations/create/metadata.ts";
import { streamItem } from "../../../src/operations/create/stream.ts";
import { BorgError } from "../../../src/errors.ts";
import type { Stat } from "../../../src/platform/stat.ts";
import { RecordingReporter } from "../recording_reporter.ts";

const STAT: Stat = {
  dev: 1n,
  ino: 2n,
  mode: 0o104755,
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0n,
  size: 3,
  atime: 1n,
  mtime: 1_700_000_000_123_456_789n,
  ctime: -5n,
  birthtime: 9n,
};

function metadata(change: Partial<MetadataOptions> = {}): Metadata {
  const all = { numericIds: false, atime: true, ctime: true, birthtime: true, flags: true, acls: true, xattrs: true };
  return new Metadata({ ...all, ...change }, new RecordingReporter());
}

describe("metadata", () => {
  it("has all times, in the range that archives know", () => {
    const { mtime, atime, ctime, birthtime, mode } = metadata().item("f", STAT);
    assert.deepEqual([mtime, atime, ctime, birthtime], [STAT.mtime, 1n, 0n, 9n]);
    assert.equal(mode, STAT.mode);
    assert.equal(metadata().item("f", { ...STAT, mtime: 1n << 62n }).mtime, 2147310847000000000n);
  });

  it("leaves out times that are not wanted", () => {
    const item = metadata({ atime: false, ctime: false, birthtime: false }).item("f", STAT);
    assert.deepEqual(Object.keys(item).filter((key) => key.endsWith("time")), ["mtime"]);
  });

  it("names owners, unless only numbers count or there are no names", () => {
    assert.equal(metadata().item("f", STAT).user, "root");
    const numeric = metadata({ numericIds: true }).item("f", STAT);
    assert.deepEqual([numeric.user, numeric.group, numeric.uid], [null, null, 0]);
    assert.equal(metadata().item("f", { ...STAT, uid: 3_999_999_999 }).user, null);
  });
});

describe("the item of a stream", () => {
  const attributes = { name: "../as/given", user: "root", group: "root", mode: 0o124777 };

  it("is a regular file of whole seconds whose name is taken as it is", () => {
    const group = { ...attributes, group: "daemon" };
    const item = streamItem(group, 1_700_000_000n);
    assert.deepEqual([item.path, item.mode, item.uid, item.gid], ["../as/given", 0o104777, 0, 1]);
    const now = 1_700_000_000_000_000_000n;
    assert.deepEqual([item.mtime, item.atime, item.ctime, item.hardlinkMaster], [now, now, now, false]);
  });

  it("needs owners that exist", () => {
    for (const change of [{ user: "no such user" }, { group: "no such group" }]) {
      assert.throws(() => streamItem({ ...attributes, ...change }, 0n), BorgError);
    }
  });
});
