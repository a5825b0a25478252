import type { Item } from "../../archive/item.ts";

/** Goes through the wanted items of an archive one by one. */
export class ItemCursor {
  #batch: readonly Item[] = [];
  #next = 0;

  constructor(
    private readonly batches: AsyncIterator<readonly Item[]>,
    private readonly isWanted: (item: Item) => boolean,
  ) {}

  /** The next item; undefined at the end of the archive. Only a promise when chunks have to be read for it. */
  take(): Item | undefined | Promise<Item | undefined> {
    while (this.#next < this.#batch.length) {
      const item = this.#batch[this.#next++]!;
      if (this.isWanted(item)) return item;
    }
    return this.#read();
  }

  async #read(): Promise<Item | undefined> {
    const { done, value } = await this.batches.next();
    if (done) return undefined;
    this.#batch = value;
    this.#next = 0;
    return await this.take();
  }
}
