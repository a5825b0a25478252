import { ATTRIBUTES, DIRENT_HEAD, ENTRY_HEAD } from "./protocol.ts";
import { writeEntry } from "./entry_reply.ts";
import type { ReplyBuffer } from "./reply.ts";
import type { Tree } from "./tree.ts";

export interface ListingRequest {
  readonly directory: number;
  /** Where the listing goes on: 0 for its beginning, otherwise what the last entry before said. */
  readonly offset: number;
  /** The most bytes. */
  readonly limit: number;
  /** Whether each entry comes with the answer that a lookup would get. */
  readonly withAttributes: boolean;
}

const SELF = Uint8Array.of(0x2e);
const ABOVE = Uint8Array.of(0x2e, 0x2e);
/** Offsets 1 and 2 are behind `.` and `..`; an entry's is its number and this. */
const FIRST = 2;

/** What one entry says. */
interface Dirent {
  readonly name: Uint8Array;
  readonly node: number;
  /** Where the listing goes on behind it. */
  readonly next: number;
}

/** Writes `struct fuse_dirent` or `struct fuse_direntplus`, one after the other, as many as fit. */
export class DirectoryReply {
  constructor(private readonly tree: Tree) {}

  write(reply: ReplyBuffer, request: ListingRequest): void {
    const { tree } = this;
    const { directory, offset } = request;
    const add = (dirent: Dirent) => this.#add(reply, request, dirent);
    if (offset <= 0 && !add({ name: SELF, node: directory, next: 1 })) return;
    if (offset <= 1 && !add({ name: ABOVE, node: tree.nodes.parent[directory]!, next: 2 })) return;
    let entry = tree.next(directory, Math.max(offset - FIRST, 0));
    for (; entry !== 0; entry = tree.next(directory, entry)) {
      if (!add({ name: tree.nameOf(entry), node: tree.nodeOf(entry), next: entry + FIRST })) return;
    }
  }

  /** Whether it fits. */
  #add(reply: ReplyBuffer, { limit, withAttributes }: ListingRequest, { name, node, next }: Dirent): boolean {
    const length = DIRENT_HEAD + name.length;
    const padding = (8 - length % 8) % 8;
    const head = withAttributes ? ENTRY_HEAD + ATTRIBUTES : 0;
    if (reply.length + head + length + padding > limit) return false;
    // The kernel looks up `.` and `..` itself; node 0 gives it none.
    if (withAttributes) writeEntry(reply, this.tree.nodes, next <= FIRST ? 0 : node);
    reply.u64(node).u64(next).u32(name.length).u32(this.tree.nodes.mode[node]! >>> 12);
    reply.bytes(name).zeros(padding);
    return true;
  }
}
