import fc from "fast-check";
import type { ChunkEntry, Item } from "../../src/archive/item.ts";
import { packItem } from "../../src/archive/item_codec.ts";
import { Packer } from "../../src/encoding/msgpack.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc.constantFrom("d/f", "caf\udce9", "\udcff\udc80", "x".repeat(300)),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Uint8Array.from(array));
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Uint8Array.from(array));
const size = fc.nat({ max: 8388608 });
const chunks: fc.Arbitrary<ChunkEntry[]> = fc.array(fc.record({ id, size, csize: size }), { maxLength: 40 });
const time = fc.oneof(fc.bigInt(0n, 2147310847000000000n), fc.bigInt(-(1n << 70n), 1n << 70n));
const name = fc.option(text, { nil: null });

/** Items with any combination of the keys that this program knows. */
export const anyItem: fc.Arbitrary<Item> = fc.record(
  {
    path: text,
    mode: fc.nat(0o177777),
    uid: fc.nat(4294967295),
    gid: fc.nat(4294967295),
    user: name,
    group: name,
    mtime: time,
    atime: time,
    ctime: time,
    birthtime: time,
    chunks,
    chunksHealthy: chunks,
    size: fc.nat(Number.MAX_SAFE_INTEGER),
    hardlinkMaster: fc.boolean(),
    source: text,
    rdev: fc.bigInt(0n, (1n << 64n) - 1n),
    xattrs: fc.dictionary(fc.string({ unit: "grapheme", minLength: 1 }), bytes).map((all) =>
      new Map(Object.entries(all))
    ),
    bsdflags: fc.nat(),
    aclAccess: bytes,
    aclDefault: bytes,
    aclNfs4: bytes,
    aclExtended: bytes,
    part: fc.nat(),
  },
  { requiredKeys: ["path", "mode", "uid", "gid", "user", "group", "mtime"] },
);

export function packed(...items: readonly Item[]): Uint8Array {
  const packer = new Packer();
  for (const item of items) packItem(packer, item);
  return packer.take();
}

export function file(path: string, chunkList?: ChunkEntry[]): Item {
  const item: Item = { path, mode: 0o100644, uid: 1, gid: 2, user: "u", group: null, mtime: 1700000000000000000n };
  return chunkList === undefined ? item : { ...item, chunks: chunkList };
}

/** The id that stands for the number. */
export function idOf(number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** The pieces of `bytes`, all of one length but the last. */
export function cut(bytes: Uint8Array, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.slice(at, at + length));
  return pieces;
}
