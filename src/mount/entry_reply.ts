import type { NodeTable } from "./node_table.ts";
import { HAS_BIRTH_TIME } from "./protocol.ts";
import type { ReplyBuffer } from "./reply.ts";

/** For how long the kernel may remember an answer, in seconds: what is mounted never changes. */
const LONG = 10 * 365 * 86400;

const BLOCK = 512;

/** `struct fuse_attr_out`. */
export function writeAttributes(reply: ReplyBuffer, nodes: NodeTable, node: number): ReplyBuffer {
  reply.u64(LONG).u32(0).u32(0);
  return writeAttr(reply, nodes, node);
}

/** `struct fuse_entry_out`; node 0 says that there is no such name. */
export function writeEntry(reply: ReplyBuffer, nodes: NodeTable, node: number): ReplyBuffer {
  reply.u64(node).u64(0).u64(LONG).u64(LONG).u32(0).u32(0);
  return writeAttr(reply, nodes, node);
}

/** `struct fuse_attr`. */
function writeAttr(reply: ReplyBuffer, nodes: NodeTable, node: number): ReplyBuffer {
  const { seconds, nanoseconds } = nodes;
  const size = nodes.size[node]!;
  reply.u64(node).u64(size).u64(Math.ceil(size / BLOCK));
  reply.u64(seconds.atime[node]!).u64(seconds.mtime[node]!).u64(seconds.ctime[node]!);
  if (HAS_BIRTH_TIME) reply.u64(seconds.birthtime[node]!);
  reply.u32(nanoseconds.atime[node]!).u32(nanoseconds.mtime[node]!).u32(nanoseconds.ctime[node]!);
  if (HAS_BIRTH_TIME) reply.u32(nanoseconds.birthtime[node]!);
  reply.u32(nodes.mode[node]!).u32(nodes.links[node]!).u32(nodes.uid[node]!).u32(nodes.gid[node]!);
  reply.u32(nodes.device[node]!);
  if (HAS_BIRTH_TIME) reply.u32(0);
  return reply.u32(BLOCK).u32(0);
}
