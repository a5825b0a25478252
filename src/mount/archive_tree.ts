import type { Item } from "../archive/item.ts";
import { encodeText } from "../encoding/path.ts";
import { fileType } from "../platform/file_type.ts";
import { attributesOf } from "./attributes.ts";
import type { PlacedItem } from "./item_store.ts";
import { NodeFlag } from "./node_table.ts";
import type { Tree } from "./tree.ts";
import { namesOf, type View } from "./view.ts";
import { hasXattrs } from "./xattrs.ts";

/** How leaves get their places: the difference between an archive as it is and a view of all versions. */
export interface Leaves {
  /** A node was made for an item. */
  learn(node: number, item: Item): void;
  /** Puts a node under its name into a directory. */
  place(directory: number, name: string, node: number, item: Item): void;
  /** The node that was put there last, by this archive or one before; 0 when there is none. */
  find(directory: number, name: string): number;
}

/** Every item under its own name. */
class PlainLeaves implements Leaves {
  constructor(private readonly tree: Tree) {}

  learn(): void {}

  place(directory: number, name: string, node: number): void {
    this.tree.link(directory, name, node);
  }

  find(directory: number, name: string): number {
    return this.tree.nodeOf(this.tree.find(directory, encodeText(name)));
  }
}

/** What an archive's items are put into. */
export interface Place {
  readonly directory: number;
  /** Which archive it is, for the nodes. */
  readonly source: number;
  /** Whether the item of the archive's own root, if there is one, describes `directory`. */
  readonly isDescribed: boolean;
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
  #unshowable = 0;

  constructor(
    private readonly tree: Tree,
    private readonly view: View,
    private readonly place: Place,
    private readonly leaves: Leaves = new PlainLeaves(tree),
  ) {
    this.#matcher = view.matcher();
  }

  /** How many items were left out because they have names that nothing can have. */
  get unshowable(): number {
    return this.#unshowable;
  }

  add(placed: PlacedItem): void {
    const { item } = placed;
    if (item.part !== undefined && !this.view.considerParts) return;
    const names = this.#matcher.match(item.path).verdict === "include" ? namesOf(item.path) : [];
    if (names === undefined) this.#unshowable++;
    else this.#add(placed, names.slice(this.view.stripComponents));
  }

  /** @param names none when the item is not shown: other names of it may be */
  #add(placed: PlacedItem, names: string[]): void {
    const { item } = placed;
    if (names.length > 0 && fileType(item.mode) === "directory") this.#directory(placed, names);
    else if (names.length > 0) this.#leaf(placed, names);
    else if (item.hardlinkMaster === true) this.#masters.set(item.path, this.#newNode(placed));
    else if (this.#isRoot(item)) this.#directory(placed, names);
  }

  #isRoot({ path, mode }: Item): boolean {
    return this.place.isDescribed && this.view.stripComponents === 0 && path === "." && fileType(mode) === "directory";
  }

  #directory(placed: PlacedItem, names: readonly string[]): void {
    const node = this.#enter(names);
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

  #leaf(placed: PlacedItem, names: string[]): void {
    const { item } = placed;
    const node = item.source === undefined || !canHaveLinks(item) ? this.#newNode(placed) : this.#otherName(placed);
    if (item.hardlinkMaster === true) this.#masters.set(item.path, node);
    // What was a directory in this place, and all below it, is found no more.
    if (this.#directories.has(names.join("/"))) this.#directories.clear();
    const name = names.pop()!;
    this.leaves.place(this.#enter(names), name, node, item);
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
    const names = (namesOf(path) ?? []).slice(this.view.stripComponents);
    const name = names.pop();
    const directory = names.length === 0 ? this.place.directory : this.#directories.get(names.join("/"));
    const node = name === undefined || directory === undefined ? 0 : this.leaves.find(directory, name);
    return this.tree.nodes.source[node] === this.place.source ? node : 0;
  }

  #newNode(placed: PlacedItem): number {
    const node = this.tree.nodes.add(attributesOf(placed.item, this.view));
    this.#describe(node, placed);
    this.leaves.learn(node, placed.item);
    return node;
  }

  #describe(node: number, { item, position }: PlacedItem): void {
    const { nodes } = this.tree;
    nodes.source[node] = this.place.source;
    nodes.position[node] = position;
    if (item.chunksHealthy) nodes.anyDamaged = true;
    nodes.flags[node] = (hasXattrs(item) ? NodeFlag.xattrs : 0) | (item.chunksHealthy ? NodeFlag.damaged : 0);
  }

  /** The node of a directory, which is made if it is not there yet. */
  #enter(names: readonly string[]): number {
    if (names.length === 0) return this.place.directory;
    const path = names.join("/");
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const node = this.tree.subdirectory(this.#enter(names.slice(0, -1)), names.at(-1)!, this.view.directory);
    this.#directories.set(path, node);
    return node;
  }
}

/** Symbolic links have a source too, which is something else. */
function canHaveLinks({ mode }: Item): boolean {
  return fileType(mode) !== "link";
}
