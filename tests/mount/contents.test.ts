import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry, Item } from "../../src/archive/item.ts";
import { IntegrityError } from "../../src/errors.ts";
import type { Archives } from "../../src/mount/archives.ts";
import type { ChunkCache } from "../../src/mount/chunk_cache.ts";
import { Contents, DamagedFile } from "../../src/mount/contents.ts";
import { NodeFlag } from "../../src/mount/node_table.ts";
import { chunk, emptyTree, FILE, item, LINK } from "./fixtures.ts";

const CHUNKS = [chunk(1, 10), chunk(2, 10), chunk(3, 10)];

/** Contents of node 1, which is shown for the item. Each chunk holds its number. */
function contentsOf(shown: Item | undefined, { allowDamagedFiles = false, length = 10 } = {}) {
  const { nodes } = emptyTree();
  if (shown?.chunksHealthy) nodes.flags[1] = NodeFlag.damaged;
  const chunks = {
    use: ({ id }: ChunkEntry, action: (plaintext: Uint8Array) => void) =>
      Promise.resolve(action(new Uint8Array(length).fill(id[3]!))),
    prefetch() {},
  } as unknown as ChunkCache;
  const archives = {
    itemOf: () => shown === undefined ? undefined : Promise.resolve(shown),
  } as unknown as Archives;
  const contents = new Contents({ nodes, archives, chunks }, { allowDamagedFiles, readAhead: 0 });
  const read = async (offset: number, length: number) => {
    const bytes: number[] = [];
    let sent = 0;
    await contents.read(1, { offset, length }, (parts) => {
      sent++;
      bytes.push(...parts.flatMap((part) => [...part]));
    });
    assert.equal(sent, 1);
    return bytes;
  };
  return { contents, read };
}

describe("Contents", () => {
  it("hands over what is in a range, from one chunk or several", async () => {
    const { contents, read } = contentsOf(item("dir/f", FILE, { chunks: CHUNKS }));
    assert.equal(contents.pathOf(1), undefined);
    assert.deepEqual(await read(2, 3), [1, 1, 1]);
    assert.deepEqual(await read(9, 13), [1, ...new Array(10).fill(2), 3, 3]);
    assert.deepEqual(await read(30, 10), []);
    assert.equal(contents.pathOf(1), "dir/f");
  });

  it("gives nothing of a chunk that is not as long as it should be", async () => {
    for (const length of [9, 11]) {
      const { read } = contentsOf(item("f", FILE, { chunks: CHUNKS }), { length });
      await assert.rejects(read(0, 1), IntegrityError);
      await assert.rejects(read(5, 20), IntegrityError);
    }
  });

  it("refuses damaged files unless they are allowed", async () => {
    const damaged = item("dir/f", FILE, { chunks: CHUNKS, chunksHealthy: CHUNKS });
    const { contents, read } = contentsOf(damaged);
    assert.ok(contents.isRefused(1));
    await assert.rejects(read(0, 10), DamagedFile);
    await assert.rejects(contents.refuse(1), DamagedFile);
    assert.equal(contents.pathOf(1), "dir/f", "for the message");
    const allowed = contentsOf(damaged, { allowDamagedFiles: true });
    assert.ok(!allowed.contents.isRefused(1));
    assert.equal((await allowed.read(0, 10)).length, 10);
  });

  it("says where a symbolic link points to, byte for byte", async () => {
    const { contents } = contentsOf(item("l", LINK, { source: "a/\udcff" }));
    assert.deepEqual([...await contents.target(1)], [0x61, 0x2f, 0xff]);
    await assert.rejects(contentsOf(item("l", LINK)).contents.target(1), IntegrityError);
  });

  it("fails where no item describes a file", async () => {
    const { contents, read } = contentsOf(undefined);
    await assert.rejects(read(0, 1), IntegrityError);
    await assert.rejects(contents.target(1), IntegrityError);
  });
});
