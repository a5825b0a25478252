import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attributesOf, directoryAttributes } from "../../src/mount/attributes.ts";
import { hasXattrs, xattrsOf } from "../../src/mount/xattrs.ts";
import { chunk, item, LINK, VIEW } from "./fixtures.ts";

describe("attributesOf", () => {
  it("takes the last change for times that the archive does not say", () => {
    const { mtime } = item("a");
    assert.deepEqual(times(attributesOf(item("a"), VIEW)), [mtime, mtime, mtime, mtime]);
    assert.deepEqual(times(attributesOf(item("a", undefined, { atime: 1n, ctime: 2n, birthtime: 3n }), VIEW)), [
      mtime,
      1n,
      2n,
      3n,
    ]);
    function times({ mtime, atime, ctime, birthtime }: ReturnType<typeof attributesOf>) {
      return [mtime, atime, ctime, birthtime];
    }
  });

  it("takes the size from the item, or from its chunks, or from where a link points to", () => {
    const chunks = [chunk(1, 10), chunk(2, 5)];
    assert.equal(attributesOf(item("a", undefined, { chunks, size: 12 }), VIEW).size, 12);
    assert.equal(attributesOf(item("a", undefined, { chunks }), VIEW).size, 15);
    assert.equal(attributesOf(item("a"), VIEW).size, 0);
    assert.equal(attributesOf(item("a", LINK, { source: "ü/\udcff" }), VIEW).size, 4);
  });

  it("takes owners by name where they are known, unless told otherwise", () => {
    const root = item("a", undefined, { user: "root", group: "nobody-here" });
    assert.deepEqual(owner(root, { ...VIEW, numericIds: false }), [0, 20]);
    assert.deepEqual(owner(root, VIEW), [10, 20]);
    assert.deepEqual(owner(root, { ...VIEW, numericIds: false, uid: 7, gid: 8 }), [7, 8]);
    function owner(...args: Parameters<typeof attributesOf>) {
      const { uid, gid } = attributesOf(...args);
      return [uid, gid];
    }
  });

  it("takes permissions away, never the type", () => {
    assert.equal(attributesOf(item("a", 0o104777), { ...VIEW, umask: 0o027 }).mode, 0o104750);
    assert.equal(directoryAttributes({ uid: 1, gid: 2 }, 0o077, 9n).mode, 0o040700);
  });

  it("packs device numbers as FUSE wants them", () => {
    const device = (rdev: bigint) => attributesOf(item("a", 0o020600, { rdev }), VIEW).device;
    assert.equal(device(0x0103n), 0x0103, "1:3");
    assert.equal(device(0x10072cn), 0x10072c, "7:300");
    assert.equal(attributesOf(item("a"), VIEW).device, 0);
  });
});

describe("xattrsOf", () => {
  it("has the ACLs among the others", () => {
    const xattrs = new Map([["user.a", Uint8Array.of(1)]]);
    const aclAccess = new TextEncoder().encode("user::rw-\nuser:1234:rw-:1234\ngroup::r--\nmask::rw-\nother::r--\n");
    const all = xattrsOf(item("a", undefined, { xattrs, aclAccess }), true);
    assert.deepEqual([...all.keys()], ["user.a", "system.posix_acl_access"]);
    assert.deepEqual([...all.get("system.posix_acl_access")!.subarray(0, 4)], [2, 0, 0, 0]);
  });

  it("is told of without a look at them", () => {
    assert.ok(!hasXattrs(item("a")));
    assert.ok(!hasXattrs(item("a", undefined, { xattrs: new Map() })));
    assert.ok(hasXattrs(item("a", undefined, { xattrs: new Map([["user.a", new Uint8Array(0)]]) })));
    assert.ok(hasXattrs(item("a", undefined, { aclDefault: new Uint8Array(0) })));
  });
});
