import { Request } from "../../src/mount/request.ts";
import { decodeText } from "../../src/encoding/path.ts";

export const TICKET = 77n;

/** Arguments of a request, as the kernel lays them out: 32-bit and 64-bit (bigint) numbers, texts end with NUL. */
export type Argument = number | bigint | string;

/** A request as the kernel sends it (`struct fuse_in_header`, then its arguments). */
export function requestOf(opcode: number, node: number, ...args: readonly Argument[]): Request {
  const body = args.map(bytesOf);
  const length = 40 + body.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, opcode, true);
  view.setBigUint64(8, TICKET, true);
  view.setBigUint64(16, BigInt(node), true);
  let end = 40;
  for (const part of body) {
    bytes.set(part, end);
    end += part.length;
  }
  return new Request(bytes);
}

function bytesOf(argument: Argument): Uint8Array {
  if (typeof argument === "string") return new TextEncoder().encode(`${argument}\0`);
  const bytes = new Uint8Array(typeof argument === "number" ? 4 : 8);
  const view = new DataView(bytes.buffer);
  if (typeof argument === "number") view.setUint32(0, argument, true);
  else view.setBigUint64(0, argument, true);
  return bytes;
}

/** Reads a reply field by field. */
export class ReplyReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 16;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What the header says of the whole. */
  get length(): number {
    return this.#view.getUint32(0, true);
  }

  get error(): number {
    return this.#view.getInt32(4, true);
  }

  get ticket(): bigint {
    return this.#view.getBigUint64(8, true);
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  u16(): number {
    this.#offset += 2;
    return this.#view.getUint16(this.#offset - 2, true);
  }

  u32(): number {
    this.#offset += 4;
    return this.#view.getUint32(this.#offset - 4, true);
  }

  i64(): bigint {
    this.#offset += 8;
    return this.#view.getBigInt64(this.#offset - 8, true);
  }

  u64(): number {
    this.#offset += 8;
    return Number(this.#view.getBigUint64(this.#offset - 8, true));
  }

  bytes(count = this.left): Uint8Array {
    this.#offset += count;
    return this.#bytes.slice(this.#offset - count, this.#offset);
  }

  text(count = this.left): string {
    return decodeText(this.bytes(count));
  }
}
