import { decodeText } from "../encoding/path.ts";
import { REQUEST_HEADER } from "./protocol.ts";

/** One request of the kernel: a view into the buffer it was received in, valid until the next one is received. */
export class Request {
  readonly #view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get opcode(): number {
    return this.#view.getUint32(4, true);
  }

  /** What the reply must carry. */
  get ticket(): bigint {
    return this.#view.getBigUint64(8, true);
  }

  /** The node that the request is about. */
  get node(): number {
    return this.#number64(16);
  }

  /** A 32-bit argument, by its offset behind the header. */
  argument32(offset: number): number {
    return this.#view.getUint32(REQUEST_HEADER + offset, true);
  }

  /** A 64-bit argument below 2^53. */
  argument64(offset: number): number {
    return this.#number64(REQUEST_HEADER + offset);
  }

  /** The NUL-terminated bytes of a name, as a view. */
  nameAt(offset: number): Uint8Array {
    const start = REQUEST_HEADER + offset;
    const end = this.bytes.indexOf(0, start);
    return this.bytes.subarray(start, end < 0 ? this.bytes.length : end);
  }

  textAt(offset: number): string {
    return decodeText(this.nameAt(offset));
  }

  #number64(offset: number): number {
    return this.#view.getUint32(offset, true) + this.#view.getUint32(offset + 4, true) * 2 ** 32;
  }
}
