import type { ChunkEntry, Item } from "../archive/item.ts";
import { toHex } from "../encoding/bytes.ts";
import { encodeText } from "../encoding/path.ts";
import { fileType } from "../platform/file_type.ts";
import type { Attributes } from "./attributes.ts";
import type { Leaves } from "./archive_tree.ts";
import type { Tree } from "./tree.ts";

interface Version {
  readonly number: number;
  readonly contents: string;
}

/**
 * Shows every file as a directory that holds its versions: `name.00001.ext`, and the next number whenever the contents are
 * others than in the archive before. What is no regular file is shown in such a directory without a number.
 */
export class VersionedLeaves implements Leaves {
  readonly #latest = new Map<number, Version>();
  /** Contents by node, for the other names of a file, whose items do not tell. */
  readonly #contents = new Map<number, string>();

  /** @param directory what the directories have that stand for files */
  constructor(private readonly tree: Tree, private readonly directory: Attributes) {}

  place(parent: number, name: string, node: number, item: Item): void {
    const directory = this.#directoryOf(parent, name);
    if (fileType(item.mode) !== "file") return this.tree.link(directory, name, node);
    this.tree.link(directory, versionName(name, this.#numberOf(directory, node, item)), node);
  }

  find(parent: number, name: string): number {
    const directory = this.tree.nodeOf(this.tree.find(parent, encodeText(name)));
    return directory === 0 ? 0 : this.tree.nodeOf(this.tree.nodes.lastEntry[directory]!);
  }

  #directoryOf(parent: number, name: string): number {
    const existing = this.tree.nodeOf(this.tree.find(parent, encodeText(name)));
    if (existing !== 0) return existing;
    const node = this.tree.nodes.add(this.directory);
    this.tree.link(parent, name, node);
    return node;
  }

  #numberOf(directory: number, node: number, { chunks }: Item): number {
    const contents = this.#contents.get(node) ?? identity(chunks ?? []);
    this.#contents.set(node, contents);
    const latest = this.#latest.get(directory);
    if (latest?.contents === contents) return latest.number;
    const number = (latest?.number ?? 0) + 1;
    this.#latest.set(directory, { number, contents });
    return number;
  }
}

function identity(chunks: readonly ChunkEntry[]): string {
  return chunks.map(({ id }) => toHex(id)).join();
}

/** The number goes before the last ending; dots that a name begins with begin no ending. */
function versionName(name: string, number: number): string {
  const firstLetter = name.search(/[^.]/);
  const dot = name.lastIndexOf(".");
  const end = dot > firstLetter && firstLetter >= 0 ? dot : name.length;
  return `${name.slice(0, end)}.${String(number).padStart(5, "0")}${name.slice(end)}`;
}
