import type { Attributes } from "./attributes.ts";
import { grown, longer } from "./grown.ts";
import { HAS_BIRTH_TIME } from "./protocol.ts";

/** Bits that a node may have. */
export const NodeFlag = {
  /** It has extended attributes. */
  xattrs: 1,
  /** A repair put zeros in the place of lost contents. */
  damaged: 2,
} as const;

const BILLION = 1_000_000_000n;
type Time = "mtime" | "atime" | "ctime" | "birthtime";
/** What is kept: what the kernel asks for. */
const TIMES: readonly Time[] = ["mtime", "atime", "ctime", ...(HAS_BIRTH_TIME ? ["birthtime"] as const : [])];

const WORDS = ["mode", "uid", "gid", "device", "links", "source", "parent", "firstEntry", "lastEntry"] as const;

/**
 * Everything that is known of the nodes of a mounted file system, one number per column and node: an object per node would
 * take ten times the memory. Nodes count from 1, the root; they are never removed.
 */
export class NodeTable {
  mode = new Uint32Array(1024);
  uid = new Uint32Array(1024);
  gid = new Uint32Array(1024);
  device = new Uint32Array(1024);
  /** Names of the node. */
  links = new Uint32Array(1024);
  /** Which archive it comes from: what `position` is a position in. 0 = none. */
  source = new Uint32Array(1024);
  /** Directories: the one above. */
  parent = new Uint32Array(1024);
  /** Directories: the first and last of their entries; 0 = none. */
  firstEntry = new Uint32Array(1024);
  lastEntry = new Uint32Array(1024);
  flags = new Uint8Array(1024);
  size = new Float64Array(1024);
  /** Where its item is in the item stream of its archive. */
  position = new Float64Array(1024);
  readonly seconds: Record<Time, Float64Array<ArrayBuffer>> = columns((length) => new Float64Array(length));
  readonly nanoseconds: Record<Time, Uint32Array<ArrayBuffer>> = columns((length) => new Uint32Array(length));
  /** Whether there is a node that is damaged. */
  anyDamaged = false;
  #count = 0;

  /** A new node, without a name. */
  add(attributes: Attributes): number {
    const node = ++this.#count;
    if (node >= this.mode.length) this.#grow(longer(this.mode.length));
    this.set(node, attributes);
    return node;
  }

  /** Gives a node other attributes. */
  set(node: number, attributes: Attributes): void {
    this.mode[node] = attributes.mode;
    this.uid[node] = attributes.uid;
    this.gid[node] = attributes.gid;
    this.device[node] = attributes.device;
    this.size[node] = attributes.size;
    for (const time of TIMES) this.#setTime(node, time, attributes[time]);
  }

  #setTime(node: number, time: Time, nanoseconds: bigint): void {
    let rest = nanoseconds % BILLION;
    if (rest < 0n) rest += BILLION;
    this.seconds[time][node] = Number((nanoseconds - rest) / BILLION);
    this.nanoseconds[time][node] = Number(rest);
  }

  #grow(length: number): void {
    for (const word of WORDS) this[word] = grown(this[word], length);
    this.flags = grown(this.flags, length);
    this.size = grown(this.size, length);
    this.position = grown(this.position, length);
    for (const time of TIMES) {
      this.seconds[time] = grown(this.seconds[time], length);
      this.nanoseconds[time] = grown(this.nanoseconds[time], length);
    }
  }
}

function columns<T>(create: (length: number) => T): Record<Time, T> {
  return { mtime: create(1024), atime: create(1024), ctime: create(1024), birthtime: create(1024) };
}
