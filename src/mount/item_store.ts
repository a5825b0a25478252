import type { Item } from "../archive/item.ts";
import { readItem } from "../archive/item_codec.ts";
import type { Objects } from "../archive/objects.ts";
import { concat } from "../encoding/bytes.ts";
import { MsgpackTruncated, Reader } from "../encoding/msgpack.ts";
import { partAt, startOf } from "./ends.ts";
import { MessageStream } from "../archive/message_stream.ts";

/** An item and where it begins in the stream. */
export interface PlacedItem {
  readonly item: Item;
  readonly position: number;
}

/** How many chunks of an item stream stay in memory, of about 128 KiB each. */
const KEPT = 16;

/** The items of one archive: all of them once, and afterwards single ones by their place in the item stream. */
export class ItemStore {
  /** Where each chunk of the stream ends, as far as it has been read. */
  readonly #ends: number[] = [];
  readonly #kept = new Map<number, Uint8Array>();

  constructor(private readonly objects: Objects, private readonly chunks: readonly Uint8Array[]) {}

  /** All items in order, some at a time; views into the chunks. */
  async *all(): AsyncGenerator<PlacedItem[]> {
    let position = 0;
    this.#ends.length = 0;
    const stream = new MessageStream((reader) => {
      const start = reader.offset;
      const item = readItem(reader);
      return { item, length: reader.offset - start };
    });
    const place = ({ item, length }: { item: Item; length: number }): PlacedItem => {
      const placed = { item, position };
      position += length;
      return placed;
    };
    for await (const plaintext of this.objects.readMany(this.chunks)) {
      this.#ends.push((this.#ends.at(-1) ?? 0) + plaintext.length);
      yield stream.feed(plaintext).map(place);
    }
    yield stream.end().map(place);
  }

  /** The item at a position that `all` has given. */
  async at(position: number): Promise<Item> {
    let index = partAt(this.#ends, position);
    const start = startOf(this.#ends, index);
    let bytes = await this.#chunk(index);
    for (;;) {
      try {
        return readItem(new Reader(bytes, position - start));
      } catch (error) {
        if (!(error instanceof MsgpackTruncated) || index + 1 >= this.chunks.length) throw error;
        bytes = concat(bytes, await this.#chunk(++index));
      }
    }
  }

  async #chunk(index: number): Promise<Uint8Array> {
    const kept = this.#kept.get(index);
    if (kept) return kept;
    const plaintext = await this.objects.read(this.chunks[index]!);
    this.#kept.set(index, plaintext);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return plaintext;
  }
}
