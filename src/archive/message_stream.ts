import { IntegrityError } from "../errors.ts";
import { concat } from "../encoding/bytes.ts";
import { KeyMemory, MsgpackError, MsgpackTruncated, Reader } from "../encoding/msgpack.ts";

const LONG = 1 << 16;

/**
 * Takes apart messages that lie one after the other in a sequence of chunks, wherever the chunks end. `read` may be
 * called twice for a message that reaches into the next chunk, so it must not have effects before it has read all of
 * it.
 */
export class MessageStream<T> {
  readonly #keys = new KeyMemory();
  #waiting: Uint8Array[] = [];
  #length = 0;
  #needed = 0;

  constructor(readonly read: (reader: Reader, bytes: Uint8Array) => T) {}

  /** What the chunk completes. Throws IntegrityError when the bytes are not such messages. */
  feed(chunk: Uint8Array): T[] {
    this.#waiting.push(chunk);
    this.#length += chunk.length;
    return this.#length < this.#needed ? [] : this.#take();
  }

  /** There are no more chunks. Throws IntegrityError when a message is not complete. */
  end(): T[] {
    const last = this.#take();
    if (this.#length > 0) throw new IntegrityError("Item stream ends within an item");
    return last;
  }

  #take(): T[] {
    const bytes = this.#waiting.length === 1 ? this.#waiting[0]! : concat(...this.#waiting);
    const messages: T[] = [];
    const rest = this.#readAll(bytes, messages);
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return messages;
  }

  #readAll(bytes: Uint8Array, messages: T[]): Uint8Array {
    const reader = new Reader(bytes, 0, this.#keys);
    let start = 0;
    this.#needed = 0;
    try {
      for (; start < bytes.length; start = reader.offset) messages.push(this.read(reader, bytes));
    } catch (error) {
      if (!(error instanceof MsgpackError)) throw error;
      if (!(error instanceof MsgpackTruncated)) throw new IntegrityError("Item stream is damaged", { cause: error });
      this.#needed = Math.max(error.needed - start, patience(bytes.length - start));
    }
    return bytes.subarray(start);
  }
}

/** A message longer than many chunks is tried again each time the bytes have doubled, not with every chunk. */
function patience(waiting: number): number {
  return waiting < LONG ? waiting + 1 : 2 * waiting;
}
