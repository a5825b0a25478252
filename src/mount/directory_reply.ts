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

/** Writes `struct fuse_dirent` or `struct fuse_direntplus`, one after the other, as many as fit. */
export class DirectoryReply {
  constructor(private readonly tree: Tree) {}

  write(reply: ReplyBuffer, request: ListingRequest): void {
    const { directory } = request;
    const { parent } = this.tree.nodes;
    let { offset } = request;
    if (offset === 0 && !this.#entry(reply, request, SELF, directory, 0, offset = 1)) return;
    if (offset === 1 && !this.#entry(reply, request, ABOVE, parent[directory]!, 0, offset = 2)) return;
    let entry = this.tree.next(directory, offset - FIRST);
    for (; entry !== 0; entry = this.tree.next(directory, entry)) {
      const node = this.tree.nodeOf(entry);
      if (!this.#entry(reply, request, this.tree.nameOf(entry), node, node, entry + FIRST)) return;
    }
  }

  /** @param known the node that the kernel learns of; 0 = none */
  #entry(
    reply: ReplyBuffer,
    { limit, withAttributes }: ListingRequest,
    name: Uint8Array,
    node: number,
    known: number,
    next: number,
  ): boolean {
    const length = DIRENT_HEAD + name.length;
    const padding = (8 - length % 8) % 8;
    const head = withAttributes ? ENTRY_HEAD + ATTRIBUTES : 0;
    if (reply.length + head + length + padding > limit) return false;
    if (withAttributes) writeEntry(reply, this.tree.nodes, known);
    reply.u64(node).u64(next).u32(name.length).u32(this.tree.nodes.mode[node]! >>> 12);
    reply.bytes(name).zeros(padding);
    return true;
  }
}
