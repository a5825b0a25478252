import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NodeTable } from "../../src/mount/node_table.ts";
import { DIRECTORY } from "./fixtures.ts";

describe("NodeTable", () => {
  it("counts from 1, and keeps everything when it grows", () => {
    const nodes = new NodeTable();
    for (let i = 1; i <= 5000; i++) assert.equal(nodes.add({ ...DIRECTORY, uid: i, size: 2 ** 40 + i }), i);
    nodes.position[3] = 2 ** 41;
    for (const node of [1, 1023, 1024, 1025, 5000]) {
      assert.equal(nodes.uid[node], node);
      assert.equal(nodes.size[node], 2 ** 40 + node);
      assert.equal(nodes.mode[node], DIRECTORY.mode);
    }
    nodes.add(DIRECTORY);
    assert.equal(nodes.position[3], 2 ** 41);
  });

  it("keeps nanoseconds exactly, before 1970 too", () => {
    const nodes = new NodeTable();
    const node = nodes.add({ ...DIRECTORY, mtime: 1_700_000_000_123_456_789n, atime: -1n, ctime: -2_000_000_000n });
    const time = (name: "mtime" | "atime" | "ctime") => [nodes.seconds[name][node], nodes.nanoseconds[name][node]];
    assert.deepEqual(time("mtime"), [1_700_000_000, 123_456_789]);
    assert.deepEqual(time("atime"), [-1, 999_999_999]);
    assert.deepEqual(time("ctime"), [-2, 0]);
  });

  it("takes other attributes for a node", () => {
    const nodes = new NodeTable();
    const node = nodes.add(DIRECTORY);
    nodes.set(node, { ...DIRECTORY, gid: 99, mode: 0o040700 });
    assert.deepEqual([nodes.gid[node], nodes.mode[node], nodes.uid[node]], [99, 0o040700, DIRECTORY.uid]);
  });
});
