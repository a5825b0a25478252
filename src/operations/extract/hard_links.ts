import type { ChunkEntry, Item } from "../../archive/item.ts";
import { fileType } from "../../platform/file_type.ts";

/** Where a hard link's contents come from: a name to link to, or chunks when no name of it has been extracted. */
export type LinkSource =
  | { readonly kind: "link"; readonly path: string }
  | { readonly kind: "contents"; readonly chunks: ChunkEntry[] | undefined };

/** Whether the item is another name of an earlier one. */
export function isHardLinkSlave(item: Item): boolean {
  return item.source !== undefined && canHaveLinks(item);
}

/** Whether later items may be other names of this one. An absent mark counts as yes (format reference 4.5). */
export function isHardLinkMaster(item: Item): boolean {
  return item.source === undefined && item.hardlinkMaster !== false && canHaveLinks(item);
}

/**
 * Resolves hard links when only some items are extracted: the first extracted slave of a master that is not gets its
 * contents, and the next ones link to that slave.
 */
export class HardLinks {
  readonly #skipped = new Map<string, ChunkEntry[] | undefined>();
  readonly #standIns = new Map<string, string>();

  /** A master that is not extracted. */
  skip(item: Item): void {
    this.#skipped.set(item.path, item.chunks);
  }

  /** `path`: where the slave itself will be, in case it becomes the stand-in. */
  resolve(slave: Item, path: string): LinkSource {
    const source = slave.source!;
    const standIn = this.#standIns.get(source);
    if (standIn !== undefined) return { kind: "link", path: standIn };
    if (!this.#skipped.has(source)) return { kind: "link", path: source };
    this.#standIns.set(source, path);
    return { kind: "contents", chunks: this.#skipped.get(source) };
  }
}

function canHaveLinks({ mode }: Item): boolean {
  const type = fileType(mode);
  return type === "file" || type === "fifo" || type === "character" || type === "block";
}
