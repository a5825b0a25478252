import type { ChunkEntry, Item } from "../../src/archive/item.ts";
import { Tree } from "../../src/mount/tree.ts";
import type { Attributes } from "../../src/mount/attributes.ts";
import type { View } from "../../src/mount/view.ts";
import { PatternMatcher } from "../../src/selection/matcher.ts";

export const FILE = 0o100644;
export const FOLDER = 0o040755;
export const LINK = 0o120777;
export const FIFO = 0o010600;

export const DIRECTORY: Attributes = {
  mode: FOLDER,
  uid: 1,
  gid: 2,
  device: 0,
  size: 0,
  mtime: 5n,
  atime: 6n,
  ctime: 7n,
  birthtime: 8n,
};

export const VIEW: View = {
  matcher: () => new PatternMatcher(true),
  stripComponents: 0,
  considerParts: false,
  directory: DIRECTORY,
  numericIds: true,
  uid: undefined,
  gid: undefined,
  umask: 0,
};

export function item(path: string, mode = FILE, more: Partial<Item> = {}): Item {
  return { path, mode, uid: 10, gid: 20, user: null, group: null, mtime: 1_600_000_000_123_456_789n, ...more };
}

/** A chunk of that length whose id begins with the number. */
export function chunk(number: number, size: number): ChunkEntry {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, number);
  return { id, size, csize: size };
}

export function emptyTree(): Tree {
  return new Tree(DIRECTORY);
}

/** Every path below a directory, with its node, in the order of the listing. */
export function listTree(tree: Tree, directory = 1, prefix = ""): Map<string, number> {
  const found = new Map<string, number>();
  for (let entry = tree.next(directory, 0); entry !== 0; entry = tree.next(directory, entry)) {
    const path = prefix + new TextDecoder().decode(tree.nameOf(entry));
    const node = tree.nodeOf(entry);
    found.set(path, node);
    if (tree.nodes.mode[node]! >>> 12 !== 4) continue;
    for (const [below, itsNode] of listTree(tree, node, `${path}/`)) found.set(below, itsNode);
  }
  return found;
}
