import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Identities, identity } from "../../../src/operations/create/identities.ts";
import { wide } from "../../../src/platform/wide.ts";

describe("identities", () => {
  it("are of a device and an inode together", () => {
    const set = new Identities([{ dev: 1, ino: 7 }, { dev: 2, ino: 7 }]);
    set.add({ dev: 1, ino: 8 });
    for (
      const [dev, ino, isThere] of [[1, 7, true], [2, 7, true], [1, 8, true], [2, 8, false], [7, 1, false]] as const
    ) {
      assert.equal(set.has({ dev, ino }), isThere, `${dev}:${ino}`);
    }
  });

  it("tell inodes apart that are one number when rounded", () => {
    const [a, b] = [wide(0, 0xffffffff), wide(1, 0xffffffff)];
    const set = new Identities([{ dev: 1, ino: a }]);
    assert.equal(set.has({ dev: 1, ino: wide(0, 0xffffffff) }), true);
    assert.equal(set.has({ dev: 1, ino: b }), false);
    assert.notEqual(identity({ dev: 1, ino: a }), identity({ dev: 1, ino: b }));
  });

  it("are numbers as long as these are exact", () => {
    assert.equal(wide(0xffffffff, 0x1fffff), Number.MAX_SAFE_INTEGER);
    assert.equal(wide(0, 0x200000), 1n << 53n);
    assert.equal(wide(0xffffffff, 0xffffffff), (1n << 64n) - 1n);
  });
});
