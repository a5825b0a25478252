import type { Item } from "../archive/item.ts";
import { encodeText } from "../encoding/path.ts";
import { fileType } from "../platform/file_type.ts";
import { attributesOf } from "./attributes.ts";
import type { PlacedItem } from "./item_store.ts";
import { NodeFlag } from "./node_table.ts";
import type { Tree } from "./tree.ts";
import { componentsOf, type View } from "./view.ts";
import { hasXattrs } from "./xattrs.ts";

/** How leaves get their places: the difference between an archive as it is and a view of all versions. */
export interface Leaves {
  /** Puts a node under its name into a directory. */
  place(directory: number, name: string, node: number, item: Item): void;
  /** The node that was put there last; 0 when there is none. */
  find(directory: number, name: string): number;
}

/** Every item under its own name. */
class PlainLeaves implements Leaves {
  constructor(private readonly tree: Tree) {}

  place(directory: number, name: string, node: number): void {
    this.tree.link(directory, name, node);
  }

  find(directory: number, name: string): number {
    return this.tree.nodeOf(this.tree.find(directory, encodeText(name)));
  }
}

/** Puts the items of one archive into the tree, below one directory. */
export class ArchiveTree {
  /** Nodes of directories by the path in the archive: the way to most items is the way to the one before. */
  readonly #directories = new Map<string, number>();
  /** Nodes that later items are other names of, by the path that those name. */
  readonly #masters = new Map<string, number>();
  /** Nodes whose contents some item has that was not taken for a master when it went by, by its path. */
  readonly #wanting = new Map<string, number>();
  readonly #matcher;

  constructor(
    private readonly tree: Tree,
    private readonly root: number,
    private readonly source: number,
    private readonly view: View,
    private readonly leaves: Leaves = new PlainLeaves(tree),
  ) {
    this.#matcher = view.matcher();
  }

  add(placed: PlacedItem): void {
    const { item } = placed;
    if (item.part !== undefined && !this.view.considerParts) return;
    const components = this.#matcher.match(item.path).verdict === "include"
      ? componentsOf(item, this.view.stripComponents)
      : undefined;
    if (components !== undefined && fileType(item.mode) === "directory") this.#directory(placed, components);
    else if (components === undefined || components.length > 0) this.#leaf(placed, components);
  }

  #directory(placed: PlacedItem, components: string[]): void {
    const node = this.#enter(components);
    this.tree.nodes.set(node, attributesOf(placed.item, this.view));
    this.#describe(node, placed);
  }

  /** Whether all items must be gone through once more, each handed to `resolve`. */
  get isIncomplete(): boolean {
    return this.#wanting.size > 0;
  }

  /** Gives the contents of an item to the names that are shown in its place. */
  resolve(placed: PlacedItem): void {
    const { item } = placed;
    const node = item.source === undefined ? this.#wanting.get(item.path) : undefined;
    if (node === undefined) return;
    this.tree.nodes.size[node] = attributesOf(item, this.view).size;
    this.#describe(node, placed);
  }

  /** @param components undefined when the item is not shown: other names of it may be */
  #leaf(placed: PlacedItem, components: string[] | undefined): void {
    const { item } = placed;
    if (components === undefined) {
      if (item.hardlinkMaster === true) this.#masters.set(item.path, this.#newNode(placed));
      return;
    }
    const node = item.source === undefined || !canHaveLinks(item) ? this.#newNode(placed) : this.#otherName(placed);
    if (item.hardlinkMaster === true) this.#masters.set(item.path, node);
    const name = components.pop()!;
    this.leaves.place(this.#enter(components), name, node, item);
  }

  #otherName(placed: PlacedItem): number {
    const source = placed.item.source!;
    const known = this.#masters.get(source) ?? this.#shownAt(source);
    if (known !== 0) return known;
    const node = this.#newNode(placed);
    this.#masters.set(source, node);
    this.#wanting.set(source, node);
    return node;
  }

  #shownAt(path: string): number {
    const components = componentsOf({ path }, this.view.stripComponents) ?? [];
    const name = components.pop();
    const directory = components.length === 0 ? this.root : this.#directories.get(components.join("/"));
    return name === undefined || directory === undefined ? 0 : this.leaves.find(directory, name);
  }

  #newNode(placed: PlacedItem): number {
    const node = this.tree.nodes.add(attributesOf(placed.item, this.view));
    this.#describe(node, placed);
    return node;
  }

  #describe(node: number, { item, position }: PlacedItem): void {
    const { nodes } = this.tree;
    nodes.source[node] = this.source;
    nodes.position[node] = position;
    if (item.chunksHealthy) nodes.anyDamaged = true;
    nodes.flags[node] = (hasXattrs(item) ? NodeFlag.xattrs : 0) | (item.chunksHealthy ? NodeFlag.damaged : 0);
  }

  /** The node of a directory, which is made if it is not there yet. */
  #enter(components: readonly string[]): number {
    if (components.length === 0) return this.root;
    const path = components.join("/");
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const parent = this.#enter(components.slice(0, -1));
    const node = this.#subdirectory(parent, components.at(-1)!);
    this.#directories.set(path, node);
    return node;
  }

  #subdirectory(parent: number, name: string): number {
    const existing = this.tree.nodeOf(this.tree.find(parent, encodeText(name)));
    if (existing !== 0 && fileType(this.tree.nodes.mode[existing]!) === "directory") return existing;
    const node = this.tree.nodes.add(this.view.directory);
    this.tree.link(parent, name, node);
    return node;
  }
}

/** Symbolic links have a source too, which is something else. */
function canHaveLinks({ mode }: Item): boolean {
  return fileType(mode) !== "link";
}
