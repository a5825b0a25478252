import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { ChunkEntry, Item } from "../archive/item.ts";
import { encodeText } from "../encoding/path.ts";
import { fileType } from "../platform/file_type.ts";
import type { Attributes } from "./attributes.ts";
import type { Leaves } from "./archive_tree.ts";
import type { Tree } from "./tree.ts";

/** As many bytes of a digest as tell versions of a file apart. */
const DIGEST_BYTES = 16;

interface Version {
  readonly number: number;
  readonly contents: string;
}

/**
 * Shows every file as a directory that holds its versions: `name.00001.ext`, and the next number whenever the contents are
 * others than in the archive before. What is no regular file is shown in such a directory without a number.
 */
export class VersionedLeaves implements Leaves {
  /** By the directory that stands for a file. */
  readonly #latest = new Map<number, Version>();
  /** Contents by node, for the other names of a file, whose items do not tell. */
  readonly #contents = new Map<number, string>();

  /** @param directory what the directories have that stand for files */
  constructor(private readonly tree: Tree, private readonly directory: Attributes) {}

  place(parent: number, name: string, node: number, item: Item): void {
    const directory = this.tree.subdirectory(parent, name, this.directory);
    if (fileType(item.mode) !== "file") return this.tree.link(directory, name, node);
    this.tree.link(directory, versionName(name, this.#numberOf(directory, node, item)), node);
  }

  find(parent: number, name: string): number {
    const directory = this.tree.nodeOf(this.tree.find(parent, encodeText(name)));
    const latest = this.#latest.get(directory);
    const shown = latest === undefined ? name : versionName(name, latest.number);
    return this.tree.nodeOf(this.tree.find(directory, encodeText(shown)));
  }

  #numberOf(directory: number, node: number, item: Item): number {
    const contents = this.#contents.get(node) ?? digest(item.chunks ?? []);
    this.#contents.set(node, contents);
    const latest = this.#latest.get(directory);
    if (latest?.contents === contents) return latest.number;
    const number = (latest?.number ?? 0) + 1;
    this.#latest.set(directory, { number, contents });
    return number;
  }
}

/** Tells contents from all others: the ids of chunks are digests themselves. A million of these must fit into memory. */
function digest(chunks: readonly ChunkEntry[]): string {
  const { id } = chunks.length === 1 ? chunks[0]! : { id: sha256(chunks) };
  return Buffer.from(id.buffer, id.byteOffset, DIGEST_BYTES).toString("latin1");
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
