import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeAttributes, writeEntry } from "../../src/mount/entry_reply.ts";
import { agree, offers } from "../../src/mount/greeting.ts";
import { NodeTable } from "../../src/mount/node_table.ts";
import { Capability } from "../../src/mount/protocol.ts";
import { ReplyBuffer } from "../../src/mount/reply.ts";
import { DIRECTORY } from "./fixtures.ts";
import { ReplyReader, requestOf } from "./messages.ts";

const DAY = 86400;

/** `struct fuse_attr` as Linux has it. */
function readAttributes(reader: ReplyReader) {
  const [node, size, blocks] = [reader.u64(), reader.u64(), reader.u64()];
  const seconds = [reader.i64(), reader.i64(), reader.i64()];
  const nanoseconds = [reader.u32(), reader.u32(), reader.u32()];
  const [mode, links, uid, gid, device] = [reader.u32(), reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  return { node, size, blocks, seconds, nanoseconds, mode, links, uid, gid, device, blockSize: reader.u32() };
}

describe("attribute replies", () => {
  const nodes = new NodeTable();
  const node = nodes.add({
    ...DIRECTORY,
    mode: 0o060640,
    device: 0x72c,
    size: 2 ** 40 + 1,
    mtime: 1_700_000_000_123_456_789n,
    atime: -1n,
    ctime: 3n,
  });
  nodes.links[node] = 4;
  const expected = {
    node,
    size: 2 ** 40 + 1,
    blocks: 2 ** 31 + 1,
    seconds: [-1n, 1_700_000_000n, 0n],
    nanoseconds: [999_999_999, 123_456_789, 3],
    mode: 0o060640,
    links: 4,
    uid: 1,
    gid: 2,
    device: 0x72c,
    blockSize: 512,
  };

  it("say everything, for a long time", () => {
    const reader = new ReplyReader(writeAttributes(new ReplyBuffer(200).begin(1n), nodes, node).finish());
    assert.ok(reader.u64() > 365 * DAY);
    assert.deepEqual([reader.u32(), reader.u32()], [0, 0]);
    assert.deepEqual(readAttributes(reader), expected);
    assert.deepEqual([reader.u32(), reader.left], [0, 0]);
  });

  it("say it of a name too", () => {
    const reader = new ReplyReader(writeEntry(new ReplyBuffer(200).begin(1n), nodes, node).finish());
    assert.deepEqual([reader.u64(), reader.u64()], [node, 0]);
    assert.ok(reader.u64() > 365 * DAY);
    assert.ok(reader.u64() > 365 * DAY);
    assert.deepEqual([reader.u32(), reader.u32()], [0, 0]);
    assert.deepEqual(readAttributes(reader), expected);
    assert.deepEqual([reader.u32(), reader.left], [0, 0]);
  });

  it("say that there is no such name", () => {
    const reader = new ReplyReader(writeEntry(new ReplyBuffer(200).begin(1n), nodes, 0).finish());
    assert.deepEqual([reader.error, reader.u64(), reader.left], [0, 0, 120]);
  });
});

describe("the greeting", () => {
  function greet(minor: number, flags: number) {
    const request = requestOf(26, 0, 7, minor, 131072, flags);
    const reader = new ReplyReader(agree(new ReplyBuffer(100).begin(1n), request, 1 << 20).finish());
    return { request, reader };
  }

  it("takes of what the kernel offers what is wanted", () => {
    const { request, reader } = greet(99, 0xffffffff);
    assert.deepEqual([reader.u32(), reader.u32(), reader.u32()], [7, 31, 131072]);
    const flags = reader.u32();
    for (const wanted of Object.values(Capability)) assert.ok((flags & wanted) !== 0);
    assert.equal(flags & (1 << 16), 0, "writeback is not wanted");
    reader.u16();
    reader.u16();
    assert.ok(reader.u32() >= 4096);
    assert.equal(reader.u32(), 1);
    assert.equal(reader.u16(), 256, "pages of a request");
    assert.deepEqual([reader.length, offers(request, Capability.noOpen)], [80, true]);
  });

  it("asks for nothing that is not offered", () => {
    const { request, reader } = greet(23, Capability.asyncRead);
    assert.deepEqual([reader.u32(), reader.u32(), reader.u32(), reader.u32()], [7, 23, 131072, Capability.asyncRead]);
    assert.ok(!offers(request, Capability.noOpen));
  });
});
