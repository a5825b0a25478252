import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeText } from "../../src/encoding/path.ts";
import { DirectoryReply } from "../../src/mount/directory_reply.ts";
import { ReplyBuffer } from "../../src/mount/reply.ts";
import { DIRECTORY, emptyTree, FIFO, FILE } from "./fixtures.ts";
import { ReplyReader } from "./messages.ts";

const NAMES = [
  "a",
  "seven77",
  "eight888",
  "nine99999",
  "ü\udcff",
  ...Array.from({ length: 300 }, (_, i) => `file ${i}`),
];

function fullTree() {
  const tree = emptyTree();
  const folder = tree.subdirectory(1, "folder", DIRECTORY);
  NAMES.forEach((name, i) => tree.link(folder, name, tree.nodes.add({ ...DIRECTORY, mode: i % 2 ? FIFO : FILE })));
  return { tree, folder, directories: new DirectoryReply(tree) };
}

interface Dirent {
  readonly entry: number;
  readonly node: number;
  readonly next: number;
  readonly type: number;
  readonly name: string;
}

/** One reply taken apart, after a look at its alignment. */
function list(subject: ReturnType<typeof fullTree>, offset: number, limit: number, withAttributes: boolean): Dirent[] {
  const reply = new ReplyBuffer(1 << 20).begin(1n);
  subject.directories.write(reply, { directory: subject.folder, offset, limit, withAttributes });
  const bytes = reply.finish();
  assert.ok(bytes.length - 16 <= limit);
  assert.equal((bytes.length - 16) % 8, 0);
  const reader = new ReplyReader(bytes);
  const found: Dirent[] = [];
  while (reader.left > 0) {
    const entry = withAttributes ? reader.u64() : 0;
    if (withAttributes) reader.bytes(120);
    const [node, next, length, type] = [reader.u64(), reader.u64(), reader.u32(), reader.u32()];
    found.push({ entry, node, next, type, name: reader.text(length) });
    assert.ok(reader.bytes((8 - length % 8) % 8).every((byte) => byte === 0));
  }
  return found;
}

describe("DirectoryReply", () => {
  for (const withAttributes of [false, true]) {
    it(`lists everything once, whatever fits at a time${withAttributes ? ", with attributes" : ""}`, () => {
      const subject = fullTree();
      for (const limit of [200, 4096, 1 << 20]) {
        const all: Dirent[] = [];
        for (let part = list(subject, 0, limit, withAttributes); part.length > 0;) {
          all.push(...part);
          part = list(subject, part.at(-1)!.next, limit, withAttributes);
        }
        assert.deepEqual(all.map(({ name }) => name), [".", "..", ...NAMES]);
        assert.deepEqual(all.slice(0, 4).map(({ type }) => type), [4, 4, 8, 1]);
        for (const { name, node } of all.slice(2)) {
          assert.equal(node, subject.tree.nodeOf(subject.tree.find(subject.folder, encodeText(name))));
        }
      }
    });
  }

  it("makes the kernel acquainted with entries, but not with . and ..", () => {
    const subject = fullTree();
    const [self, above, first] = list(subject, 0, 4096, true) as [Dirent, Dirent, Dirent];
    assert.deepEqual([self.entry, above.entry, first.entry], [0, 0, first.node]);
    assert.deepEqual([self.node, above.node], [subject.folder, 1]);
  });

  it("goes on behind any entry", () => {
    const subject = fullTree();
    const all = list(subject, 0, 1 << 20, false);
    for (const i of [0, 1, 2, 100, all.length - 1]) {
      assert.deepEqual(list(subject, all[i]!.next, 1 << 20, false), all.slice(i + 1));
    }
  });

  it("says nothing where there is no room, or no such offset", () => {
    const subject = fullTree();
    assert.deepEqual(list(subject, 0, 31, false), []);
    assert.deepEqual(list(subject, 0, 32, false).map(({ name }) => name), ["."]);
    for (const offset of [3, 10_000, 2 ** 45]) {
      const found = list(subject, offset, 4096, false);
      assert.ok(found.every(({ name }) => NAMES.includes(name)), `${offset}: entries of this directory alone`);
    }
    assert.deepEqual(list(subject, 10_000, 4096, false), []);
  });
});
