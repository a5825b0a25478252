import type { Item } from "../archive/item.ts";
import { readItem } from "../archive/item_codec.ts";
import { MessageStream } from "../archive/message_stream.ts";
import type { Objects } from "../archive/objects.ts";
import { concat } from "../encoding/bytes.ts";
import { MsgpackTruncated, Reader } from "../encoding/msgpack.ts";
import { partAt, startOf } from "./ends.ts";

/** An item and where it begins in the stream. */
export interface PlacedItem {
  readonly item: Item;
  readonly position: number;
}

/** How many chunks of an item stream stay in memory, of about 128 KiB each. */
const KEPT = 16;

/** The items of one archive: all of them once or more, and afterwards single ones by their place in the item stream. */
export class ItemStore {
  /** Where each chunk of the stream ends, as far as it has been read. */
  readonly #ends: number[] = [];
  readonly #kept = new Map<number, Promise<Uint8Array>>();

  constructor(private readonly objects: Objects, private readonly chunks: readonly Uint8Array[]) {}

  /** All items in order, some at a time; views into the chunks. */
  async *all(): AsyncGenerator<PlacedItem[]> {
    let position = 0;
    this.#ends.length = 0;
    const stream = new MessageStream(readMeasured);
    const place = ({ item, length }: MeasuredItem): PlacedItem => {
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
    const first = partAt(this.#ends, position);
    const offset = position - startOf(this.#ends, first);
    for (let count = 1;; count *= 2) {
      try {
        return readItem(new Reader(await this.#bytes(first, count), offset));
      } catch (error) {
        if (!(error instanceof MsgpackTruncated) || first + count >= this.chunks.length) throw error;
      }
    }
  }

  /** So many chunks of the stream, as far as there are any. */
  async #bytes(first: number, count: number): Promise<Uint8Array> {
    if (count === 1) return await this.#chunk(first);
    const parts: Uint8Array[] = [];
    for (let i = first; i < Math.min(first + count, this.chunks.length); i++) parts.push(await this.#chunk(i));
    return concat(...parts);
  }

  #chunk(index: number): Promise<Uint8Array> {
    const known = this.#kept.get(index);
    const chunk = known ?? this.objects.read(this.chunks[index]!);
    this.#kept.delete(index);
    this.#kept.set(index, chunk);
    if (known === undefined) chunk.catch(() => this.#kept.delete(index));
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return chunk;
  }
}

interface MeasuredItem {
  readonly item: Item;
  /** Bytes that it takes in the stream. */
  readonly length: number;
}

function readMeasured(reader: Reader): MeasuredItem {
  const start = reader.offset;
  const item = readItem(reader);
  return { item, length: reader.offset - start };
}
