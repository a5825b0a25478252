import { encodeText } from "../encoding/path.ts";
import { fileType } from "../platform/file_type.ts";
import type { Attributes } from "./attributes.ts";
import { grown, longer } from "./grown.ts";
import { NameTable } from "./name_table.ts";
import { NodeTable } from "./node_table.ts";

/**
 * The directories of a mounted file system: entries with names, each of which leads to a node. Flat columns like those of
 * the nodes; entries count from 1 and are found by an open-addressing table over directory and name.
 */
export class Tree {
  readonly nodes = new NodeTable();
  readonly #names = new NameTable();
  #entryNode = new Uint32Array(1024);
  #entryParent = new Uint32Array(1024);
  #entryNext = new Uint32Array(1024);
  #nameStart = new Float64Array(1024);
  #nameLength = new Uint16Array(1024);
  #count = 0;
  #table = new Uint32Array(4096);

  /** @param root the attributes of the node with the number 1 */
  constructor(root: Attributes) {
    const node = this.nodes.add(root);
    this.nodes.parent[node] = node;
    this.nodes.links[node] = 1;
  }

  /** The entry of that name; 0 when there is none. */
  find(directory: number, name: Uint8Array): number {
    return this.#table[this.#slotOf(directory, name)]!;
  }

  nodeOf(entry: number): number {
    return this.#entryNode[entry]!;
  }

  /** A view that is valid until the next entry is added. */
  nameOf(entry: number): Uint8Array {
    return this.#names.at(this.#nameStart[entry]!, this.#nameLength[entry]!);
  }

  /** The entry after `entry` in its directory, the first one for 0; 0 at the end, and behind what is no entry of it. */
  next(directory: number, entry: number): number {
    if (entry === 0) return this.nodes.firstEntry[directory]!;
    return this.#entryParent[entry] === directory ? this.#entryNext[entry]! : 0;
  }

  /** The directory of that name in a directory: what is there, or a new one, in the place of anything else. */
  subdirectory(parent: number, name: string, attributes: Attributes): number {
    const existing = this.nodeOf(this.find(parent, encodeText(name)));
    if (existing !== 0 && fileType(this.nodes.mode[existing]!) === "directory") return existing;
    const node = this.nodes.add(attributes);
    this.link(parent, name, node);
    return node;
  }

  /** Makes `name` in `directory` lead to `node`, instead of to what it led to before. */
  link(directory: number, name: string, node: number): void {
    const bytes = encodeText(name);
    const entry = this.find(directory, bytes);
    if (entry === 0) this.#append(directory, bytes, node);
    else this.#replace(entry, node);
    this.nodes.links[node]!++;
    this.nodes.parent[node] = directory;
  }

  #replace(entry: number, node: number): void {
    this.nodes.links[this.#entryNode[entry]!]!--;
    this.#entryNode[entry] = node;
  }

  #append(directory: number, name: Uint8Array, node: number): void {
    const entry = ++this.#count;
    if (entry >= this.#entryNode.length) this.#grow(longer(this.#entryNode.length));
    if (2 * entry > this.#table.length) this.#rehash();
    this.#entryNode[entry] = node;
    this.#entryParent[entry] = directory;
    this.#nameStart[entry] = this.#names.add(name);
    this.#nameLength[entry] = name.length;
    this.#table[this.#slotOf(directory, name)] = entry;
    const { firstEntry, lastEntry } = this.nodes;
    if (firstEntry[directory] === 0) firstEntry[directory] = entry;
    else this.#entryNext[lastEntry[directory]!] = entry;
    lastEntry[directory] = entry;
  }

  /** Where the entry is in the table, or where it would go. */
  #slotOf(directory: number, name: Uint8Array): number {
    const mask = this.#table.length - 1;
    for (let slot = hash(directory, name) & mask;; slot = (slot + 1) & mask) {
      const entry = this.#table[slot]!;
      if (entry === 0) return slot;
      if (this.#entryParent[entry] !== directory) continue;
      if (this.#names.isAt(this.#nameStart[entry]!, this.#nameLength[entry]!, name)) return slot;
    }
  }

  #rehash(): void {
    this.#table = new Uint32Array(2 * this.#table.length);
    for (let entry = 1; entry < this.#count; entry++) {
      this.#table[this.#slotOf(this.#entryParent[entry]!, this.nameOf(entry))] = entry;
    }
  }

  #grow(length: number): void {
    this.#entryNode = grown(this.#entryNode, length);
    this.#entryParent = grown(this.#entryParent, length);
    this.#entryNext = grown(this.#entryNext, length);
    this.#nameStart = grown(this.#nameStart, length);
    this.#nameLength = grown(this.#nameLength, length);
  }
}

/** FNV-1a over the name, begun with the directory, and mixed so that the low bits depend on all. */
function hash(directory: number, name: Uint8Array): number {
  let state = Math.imul(directory ^ 0x811c9dc5, 0x9e3779b1);
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name[i]!, 0x01000193);
  return (state ^ (state >>> 15)) >>> 0;
}
