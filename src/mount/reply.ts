import { REPLY_HEADER } from "./protocol.ts";

/**
 * Builds one reply after the other in the same memory: a reply is complete before anything else runs, and its bytes are a
 * view that is valid until the next one is begun.
 */
export class ReplyBuffer {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #length = 0;

  /** @param capacity the most bytes that one reply carries behind its header */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(new ArrayBuffer(REPLY_HEADER + capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes behind the header so far. */
  get length(): number {
    return this.#length - REPLY_HEADER;
  }

  begin(ticket: bigint): this {
    this.#view.setInt32(4, 0, true);
    this.#view.setBigUint64(8, ticket, true);
    this.#length = REPLY_HEADER;
    return this;
  }

  /** The reply so far, which is complete but for so many bytes that follow from elsewhere. */
  finish(following = 0): Uint8Array {
    this.#view.setUint32(0, this.#length + following, true);
    return this.#bytes.subarray(0, this.#length);
  }

  /** A reply that only says that the request failed. */
  failure(ticket: bigint, errno: number): Uint8Array {
    this.begin(ticket);
    this.#view.setInt32(4, -errno, true);
    return this.finish();
  }

  u16(value: number): this {
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  /** An integer of at most 53 bits; negative ones in two's complement. */
  u64(value: number): this {
    return this.u32(value >>> 0).u32(Math.floor(value / 2 ** 32) >>> 0);
  }

  bytes(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  zeros(count: number): this {
    this.#bytes.fill(0, this.#length, this.#length + count);
    this.#length += count;
    return this;
  }
}
