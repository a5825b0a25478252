import type { Item } from "../archive/item.ts";
import { ItemWriter } from "../archive/item_stream.ts";
import type { Work } from "./eventually.ts";
import type { ChunkReceiver, ChunkWriter, StoredChunk } from "./chunk_writer.ts";

/** Chunks of the item stream wait for one another until there are this many, so that all workers get some. */
const CHUNKS_AT_ONCE = 16;

/** Writes the item stream of an archive into the repository. The result depends on the items and the flushes alone. */
export class ItemSink implements ChunkReceiver {
  readonly wanted = true;
  /** The ids of the stream's chunks so far; all of the stream after `flush`. */
  readonly ids: Uint8Array[] = [];
  readonly #writer: ItemWriter;
  #waiting: Uint8Array[] = [];

  /** @param chunks a writer of its own: it is drained from within deliveries of file contents */
  constructor(seed: number, private readonly chunks: ChunkWriter) {
    this.#writer = new ItemWriter(seed, (chunk) => {
      this.#waiting.push(chunk);
    });
  }

  add(item: Item): Work {
    return this.#writer.add(item)?.then(() => this.#waiting.length < CHUNKS_AT_ONCE ? undefined : this.#store());
  }

  /** Everything added so far is in the repository when this returns; the stream can go on. */
  async flush(): Promise<void> {
    await this.#writer.flush();
    await this.#store();
  }

  receive(chunk: StoredChunk): undefined {
    this.ids.push(chunk.id);
  }

  async #store(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const chunk of waiting) {
      (await this.chunks.room(chunk.length)).set(chunk);
      await this.chunks.commit(chunk.length, this);
    }
    await this.chunks.drain();
  }
}
