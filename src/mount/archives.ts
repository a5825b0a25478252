import type { ArchiveMetadata } from "../archive/archive.ts";
import type { Item } from "../archive/item.ts";
import type { Objects } from "../archive/objects.ts";
import { collectGarbage } from "../platform/garbage.ts";
import { yieldToLoop } from "../platform/signals.ts";
import { ArchiveTree, type Leaves, type Place } from "./archive_tree.ts";
import type { Attributes } from "./attributes.ts";
import { ItemStore, type PlacedItem } from "./item_store.ts";
import type { ProblemListener } from "./problem_listener.ts";
import { ROOT_NODE } from "./protocol.ts";
import type { Tree } from "./tree.ts";
import { isName, type View } from "./view.ts";

/** An archive that can be shown. */
export interface Mountable {
  readonly name: string;
  /** Reads and verifies the archive's metadata. */
  load(): Promise<ArchiveMetadata>;
}

/** An archive has items with names that no file can have. */
export class UnshowableItems extends Error {
  constructor(readonly count: number) {
    super(`${count} items cannot be shown`);
  }
}

/** The archives of a mounted file system: each is read when somebody first looks into its directory. */
export class Archives {
  /** Stores by the numbers that nodes have as `source`. */
  readonly #stores: (ItemStore | undefined)[] = [undefined];
  readonly #unread = new Map<number, Mountable>();
  /** By directory. One that failed stays: whoever looks again gets the same error, and its items are not there twice. */
  readonly #reading = new Map<number, Promise<void>>();

  constructor(
    private readonly objects: Objects,
    private readonly tree: Tree,
    private readonly view: View,
    private readonly onProblem: ProblemListener,
  ) {}

  /** The archive will be shown in a directory of the file system's root. */
  announce(archive: Mountable, directory: Attributes): void {
    if (!isName(archive.name)) return this.onProblem(new UnshowableItems(1), archive.name);
    const node = this.tree.nodes.add(directory);
    this.tree.link(ROOT_NODE, archive.name, node);
    this.#unread.set(node, archive);
  }

  /** The name of the archive that is not known yet and will be shown in `directory`. */
  awaited(directory: number): string | undefined {
    return this.#unread.get(directory)?.name;
  }

  /** Settles when what is in `directory` is known; undefined when it already is. Rejects with what reading throws. */
  ready(directory: number): Promise<void> | undefined {
    const archive = this.#unread.get(directory);
    if (archive === undefined) return undefined;
    const reading = this.#reading.get(directory) ?? this.#readAnnounced(directory, archive);
    this.#reading.set(directory, reading);
    return reading;
  }

  /** Reads an archive now, into the root of the file system. */
  readIntoRoot(archive: Mountable, leaves?: Leaves): Promise<void> {
    return this.#read(archive, { directory: ROOT_NODE, isDescribed: true }, leaves);
  }

  async #readAnnounced(directory: number, archive: Mountable): Promise<void> {
    await this.#read(archive, { directory, isDescribed: false });
    this.#unread.delete(directory);
    this.#reading.delete(directory);
  }

  async #read(archive: Mountable, place: Omit<Place, "source">, leaves?: Leaves): Promise<void> {
    const { items } = await archive.load();
    const store = new ItemStore(this.objects, items);
    const source = this.#stores.push(store) - 1;
    const tree = new ArchiveTree(this.tree, this.view, { ...place, source }, leaves);
    await forEach(store, (placed) => tree.add(placed));
    if (tree.isIncomplete) await forEach(store, (placed) => tree.resolve(placed));
    if (tree.unshowable > 0) this.onProblem(new UnshowableItems(tree.unshowable), archive.name);
  }

  /** The item that a node shows; undefined for directories that no item describes. */
  itemOf(node: number): Promise<Item> | undefined {
    const { source, position } = this.tree.nodes;
    return this.#stores[source[node]!]?.at(position[node]!);
  }
}

/**
 * After so many chunks of items garbage is collected. The runtime takes the columns for used, and lets as much garbage grow
 * again before it does so itself: 200 MiB with two million nodes.
 */
const CHUNKS_OF_GARBAGE = 64;

async function forEach(store: ItemStore, visit: (placed: PlacedItem) => void): Promise<void> {
  let count = 0;
  for await (const batch of store.all()) {
    for (const placed of batch) visit(placed);
    if (++count % CHUNKS_OF_GARBAGE === 0) collectGarbage();
    await yieldToLoop();
  }
}
