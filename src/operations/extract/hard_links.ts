import type { Item } from "../../archive/item.ts";
import { fileType } from "../../platform/file_type.ts";
import { stripComponents } from "./strip.ts";

/** Whether the item is another name of an earlier one. */
export function isHardLinkSlave(item: Item): boolean {
  return item.source !== undefined && canHaveLinks(item);
}

/** Whether later items may be other names of this one. An absent mark counts as yes (format reference 4.5). */
export function isHardLinkMaster(item: Item): boolean {
  return item.source === undefined && item.hardlinkMaster !== false && canHaveLinks(item);
}

/** What stands for a master that is not extracted. */
interface Skipped {
  readonly contents: Pick<Item, "chunks" | "chunksHealthy">;
  /** Where the first extracted slave went. */
  standIn: string | undefined;
}

/**
 * Resolves hard links when only some items are extracted: the first extracted slave of a master that is not gets its
 * contents, and the next ones link to that slave.
 */
export class HardLinks {
  readonly #skipped = new Map<string, Skipped>();

  /** @param strip leading path components that are dropped */
  constructor(private readonly strip: number) {}

  /** A master that is not extracted. */
  skip({ path, chunks, chunksHealthy }: Item): void {
    const contents = { ...(chunks && { chunks }), ...(chunksHealthy && { chunksHealthy }) };
    this.#skipped.set(path, { contents, standIn: undefined });
  }

  /** The slave as it is to be extracted at `path`: with the path to link to as source, or with the contents instead. */
  resolve(slave: Item, path: string): Item {
    const { source, ...rest } = slave;
    const skipped = this.#skipped.get(source!);
    if (!skipped) return { ...slave, path, source: stripComponents(source!, this.strip) ?? source! };
    if (skipped.standIn !== undefined) return { ...slave, path, source: skipped.standIn };
    skipped.standIn = path;
    return { ...rest, path, ...skipped.contents };
  }
}

function canHaveLinks({ mode }: Item): boolean {
  const type = fileType(mode);
  return type === "file" || type === "fifo" || type === "character" || type === "block";
}
