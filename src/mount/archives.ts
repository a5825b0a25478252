import type { ArchiveMetadata } from "../archive/archive.ts";
import type { Item } from "../archive/item.ts";
import type { Objects } from "../archive/objects.ts";
import { yieldToLoop } from "../platform/signals.ts";
import { ArchiveTree, type Leaves } from "./archive_tree.ts";
import { ItemStore, type PlacedItem } from "./item_store.ts";
import type { Tree } from "./tree.ts";
import type { View } from "./view.ts";

/** An archive that can be shown. */
export interface Mountable {
  readonly name: string;
  /** Reads and verifies the archive's metadata. */
  load(): Promise<ArchiveMetadata>;
}

/** The archives of a mounted file system: each is read when somebody first looks into its directory. */
export class Archives {
  /** Stores by the numbers that nodes have as `source`. */
  readonly #stores: (ItemStore | undefined)[] = [undefined];
  readonly #unread = new Map<number, Mountable>();
  readonly #reading = new Map<number, Promise<void>>();

  constructor(private readonly objects: Objects, private readonly tree: Tree, private readonly view: View) {}

  /** The archive will be shown in `directory`. */
  announce(directory: number, archive: Mountable): void {
    this.#unread.set(directory, archive);
  }

  /** Settles when what is in `directory` is known; undefined when it already is. Rejects with what reading throws. */
  ready(directory: number): Promise<void> | undefined {
    const archive = this.#unread.get(directory);
    if (archive === undefined) return undefined;
    const reading = this.#reading.get(directory) ?? this.#announced(directory, archive);
    this.#reading.set(directory, reading);
    return reading;
  }

  /** Reads an archive into a directory now. */
  async read(directory: number, archive: Mountable, leaves?: Leaves): Promise<void> {
    const { items } = await archive.load();
    const store = new ItemStore(this.objects, items);
    const source = this.#stores.push(store) - 1;
    const tree = new ArchiveTree(this.tree, directory, source, this.view, leaves);
    await forEach(store, (placed) => tree.add(placed));
    if (tree.isIncomplete) await forEach(store, (placed) => tree.resolve(placed));
  }

  /** The item that a node shows; undefined for directories that no item describes. */
  itemOf(node: number): Promise<Item> | undefined {
    const { source, position } = this.tree.nodes;
    return this.#stores[source[node]!]?.at(position[node]!);
  }

  async #announced(directory: number, archive: Mountable): Promise<void> {
    try {
      await this.read(directory, archive);
      this.#unread.delete(directory);
    } finally {
      this.#reading.delete(directory);
    }
  }
}

async function forEach(store: ItemStore, visit: (placed: PlacedItem) => void): Promise<void> {
  for await (const batch of store.all()) {
    for (const placed of batch) visit(placed);
    await yieldToLoop();
  }
}
