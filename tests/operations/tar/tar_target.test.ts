import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry, Item } from "../../../src/archive/item.ts";
import { TarReader } from "../../../src/archive/tar/read.ts";
import { concat } from "../../../src/encoding/bytes.ts";
import { TarTarget } from "../../../src/operations/tar/tar_target.ts";

function item(fields: Partial<Item>): Item {
  return { path: "p", mode: 0o100644, uid: 1, gid: 2, user: "u", group: null, mtime: 5_900_000_000n, ...fields };
}

function chunk(size: number): ChunkEntry {
  return { id: new Uint8Array(32), size, csize: size };
}

/** Does the steps of items, of which only `given` bytes of contents come. */
async function tarOf(items: readonly (readonly [item: Item, given: number])[]): Promise<string[]> {
  const parts: Uint8Array[] = [];
  const output = {
    write: (bytes: Uint8Array) => Promise.resolve(void parts.push(bytes.slice())),
    finish: () => Promise.resolve(),
    close: () => {},
  };
  const target = new TarTarget(output);
  for (const [each, given] of items) {
    const step = target.step(each);
    await step.begin();
    if (given > 0) await step.write(new Uint8Array(given).fill(1));
    if (given === (each.size ?? 0)) await step.end();
    else target.abandon();
  }
  await target.finish();
  return await membersIn(concat(...parts));
}

async function membersIn(tar: Uint8Array): Promise<string[]> {
  let at = 0;
  const reader = new TarReader((buffer) => {
    const part = tar.subarray(at, at + buffer.length);
    buffer.set(part);
    at += part.length;
    return part.length;
  }, false);
  const members: string[] = [];
  for (let member = await reader.next(); member; member = await reader.next()) {
    const contents = new Uint8Array(10_000);
    const length = await reader.read(contents);
    const ones = contents.subarray(0, length).filter((byte) => byte === 1).length;
    const { type, name, linkName, size, mtime, deviceMajor, deviceMinor } = member;
    members.push([type, name, linkName, size, ones, mtime / 1_000_000_000n, deviceMajor, deviceMinor].join(" "));
  }
  return members;
}

describe("TarTarget", () => {
  it("writes each kind of item", async () => {
    const { source: _, ...none } = item({ source: "" });
    assert.deepEqual(
      await tarOf([
        [item({ path: "d", mode: 0o40755 }), 0],
        [item({ path: "f", chunks: [chunk(700)], size: 700 }), 700],
        [item({ path: "h", source: "f" }), 0],
        [item({ path: "l", mode: 0o120777, source: "t" }), 0],
        [item({ path: "p", mode: 0o10644, source: "q" }), 0],
        [item({ path: "c", mode: 0o20644, rdev: 0x105n }), 0],
        [item({ ...none, path: "late", mtime: 10n ** 19n }), 0],
      ]),
      [
        "directory d/  0 0 5 0 0",
        "file f  700 700 5 0 0",
        "hardLink h f 0 0 5 0 0",
        "link l t 0 0 5 0 0",
        "fifo p  0 0 5 0 0",
        "character c  0 0 5 1 5",
        "file late  0 0 2147310847 0 0",
      ],
    );
  });

  it("puts zeros in the place of what could not be read", async () => {
    const broken = item({ path: "broken", chunks: [chunk(600), chunk(600)], size: 1200 });
    assert.deepEqual(await tarOf([[broken, 600], [item({ path: "next" }), 0]]), [
      "file broken  1200 600 5 0 0",
      "file next  0 0 5 0 0",
    ]);
  });

  it("refuses more contents than it has announced", async () => {
    const lying = item({ chunks: [chunk(10)], size: 10 });
    await assert.rejects(tarOf([[lying, 11]]), { code: "BackupError" });
  });
});
