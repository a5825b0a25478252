import type { Chunker } from "../chunking/chunker.ts";
import { ITEM_CHUNKER_PARAMS } from "../chunking/chunker.ts";
import { createChunker } from "../chunking/create.ts";
import { Packer } from "../encoding/msgpack.ts";
import type { Item } from "./item.ts";
import { packItem, readItem } from "./item_codec.ts";
import { MessageStream } from "./message_stream.ts";

/** Packed items wait for one another until there are this many bytes of them. */
const BATCH = 1 << 16;

/**
 * Packs items one after the other and cuts the stream into chunks (format reference 4.4). The cuts depend on nothing
 * but the items, the seed and where `flush` was called.
 */
export class ItemWriter {
  readonly #packer = new Packer(BATCH);
  readonly #chunker: Chunker;

  /**
   * @param seed the chunker seed of the key
   * @param emit takes each chunk, which it may keep; the next one comes when its promise has settled
   */
  constructor(seed: number, readonly emit: (chunk: Uint8Array) => Promise<void> | void) {
    this.#chunker = createChunker(ITEM_CHUNKER_PARAMS, seed);
  }

  /** Appends an item. When this gives a promise, it must settle before the next call. */
  add(item: Item): Promise<void> | undefined {
    packItem(this.#packer, item);
    return this.#packer.length < BATCH ? undefined : this.#cut();
  }

  /** Emits everything that was added so far, which ends the current chunk. The writer can go on afterwards. */
  async flush(): Promise<void> {
    await this.#cut();
    this.#chunker.end();
    await this.#emitChunks();
    this.#chunker.reset();
  }

  async #cut(): Promise<void> {
    const packed = this.#packer.view();
    for (let offset = 0; offset < packed.length;) {
      const space = this.#chunker.space();
      const part = packed.subarray(offset, offset + space.length);
      space.set(part);
      this.#chunker.commit(part.length);
      offset += part.length;
      await this.#emitChunks();
    }
    this.#packer.reset();
  }

  async #emitChunks(): Promise<void> {
    for (let chunk = this.#chunker.next(); chunk !== undefined; chunk = this.#chunker.next()) {
      await this.emit(chunk.slice());
    }
  }
}

/**
 * The items of a stream, as many at a time as each chunk completes. They hold views into the chunks. Throws
 * IntegrityError on a damaged stream.
 */
export async function* readItemBatches(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Item[]> {
  const stream = new MessageStream(readItem);
  for await (const chunk of chunks) yield stream.feed(chunk);
  yield stream.end();
}
