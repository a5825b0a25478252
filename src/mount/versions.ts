import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import type { ChunkEntry, Item } from "../archive/item.ts";
import { encodeText } from "../encoding/path.ts";
import { fileType } from "../platform/file_type.ts";
import type { Leaves } from "./archive_tree.ts";
import type { Attributes } from "./attributes.ts";
import { grown, longer } from "./grown.ts";
import type { Tree } from "./tree.ts";

/** Numbers that are kept for each node. */
const PARTS = 2;
/** Bytes of a digest in each: as many as a double holds. */
const PART_BYTES = 6;

/**
 * Shows every file as a directory that holds its versions: `name.00001.ext`, and the next number whenever the contents are
 * others than in the archive before. What is no regular file is shown in such a directory without a number. Columns like
 * those of the nodes: there may be millions.
 */
export class VersionedLeaves implements Leaves {
  /**
   * By node: what tells its contents from others; of a directory that stands for a file, the number of its latest version and
   * the node.
   */
  #facts = new Float64Array(PARTS * 1024);

  /** @param directory what the directories have that stand for files */
  constructor(private readonly tree: Tree, private readonly directory: Attributes) {}

  learn(node: number, { source, chunks = [] }: Item): void {
    this.#reach(node);
    // What is another name of a file that is not known yet is taken for new: nothing is hidden for want of knowledge.
    const digest = source === undefined ? digestOf(chunks) : [node];
    this.#facts.set(digest, PARTS * node);
  }

  place(parent: number, name: string, node: number, item: Item): void {
    const directory = this.tree.subdirectory(parent, name, this.directory);
    this.#reach(directory);
    if (fileType(item.mode) !== "file") return this.tree.link(directory, name, node);
    const [number, latest] = this.#factsOf(directory);
    const isNew = number === 0 || !this.#isSame(latest, node);
    const version = isNew ? number + 1 : number;
    this.#facts.set([version, node], PARTS * directory);
    this.tree.link(directory, versionName(name, version), node);
  }

  find(parent: number, name: string): number {
    const directory = this.tree.nodeOf(this.tree.find(parent, encodeText(name)));
    this.#reach(directory);
    return this.#factsOf(directory)[1];
  }

  #isSame(one: number, other: number): boolean {
    const [first, second] = [this.#factsOf(one), this.#factsOf(other)];
    return first[0] === second[0] && first[1] === second[1];
  }

  #factsOf(node: number): [number, number] {
    return [this.#facts[PARTS * node]!, this.#facts[PARTS * node + 1]!];
  }

  /** Makes room for what is to be known of a node. */
  #reach(node: number): void {
    const { length } = this.#facts;
    if (PARTS * (node + 1) > length) this.#facts = grown(this.#facts, Math.max(PARTS * (node + 1), longer(length)));
  }
}

/** Ids of chunks are digests already. */
function digestOf(chunks: readonly ChunkEntry[]): number[] {
  if (chunks.length === 0) return [0, 0];
  const { buffer, byteOffset, length } = chunks.length === 1 ? chunks[0]!.id : sha256(chunks);
  const bytes = Buffer.from(buffer, byteOffset, length);
  return Array.from({ length: PARTS }, (_, i) => bytes.readUIntLE(i * PART_BYTES, PART_BYTES));
}

function sha256(chunks: readonly ChunkEntry[]): Uint8Array {
  const hash = createHash("sha256");
  for (const { id } of chunks) hash.update(id);
  return hash.digest();
}

/** The number goes before the last ending; dots that a name begins with begin no ending. */
function versionName(name: string, number: number): string {
  const firstLetter = name.search(/[^.]/);
  const dot = name.lastIndexOf(".");
  const end = dot > firstLetter && firstLetter >= 0 ? dot : name.length;
  return `${name.slice(0, end)}.${String(number).padStart(5, "0")}${name.slice(end)}`;
}
