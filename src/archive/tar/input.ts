import { BLOCK, paddingOf } from "./layout.ts";
import { TarError } from "./problems.ts";

/** Where bytes come from: fills the view from its start, gives how many bytes it put there, 0 at the end. */
export type ReadBytes = (target: Uint8Array) => number | Promise<number>;

/** Bytes are read from the source in pieces of this length; contents of files pass by, if they are wanted in larger ones. */
const PIECE = 1 << 16;

/** A stream of bytes, taken block by block or in any lengths. */
export class TarInput {
  readonly #buffer = new Uint8Array(PIECE);
  #start = 0;
  #end = 0;

  constructor(private readonly source: ReadBytes) {}

  /** Reads into the start of `target`; 0 at the end only. */
  async read(target: Uint8Array): Promise<number> {
    if (this.#start === this.#end) {
      if (target.length >= PIECE) return await this.source(target);
      this.#start = 0;
      this.#end = await this.source(this.#buffer);
    }
    const taken = this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + target.length));
    target.set(taken);
    this.#start += taken.length;
    return taken.length;
  }

  /** The next block; undefined at the end. */
  async block(): Promise<Uint8Array | undefined> {
    const block = new Uint8Array(BLOCK);
    const length = await this.#fill(block);
    if (length === 0) return undefined;
    if (length < BLOCK) throw cutShort();
    return block;
  }

  /** So many bytes, and what pads them to whole blocks. */
  async padded(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length + paddingOf(length));
    if (await this.#fill(bytes) < bytes.length) throw cutShort();
    return bytes.subarray(0, length);
  }

  async skip(length: number): Promise<void> {
    const waste = new Uint8Array(Math.min(length, PIECE));
    for (let left = length; left > 0;) {
      const got = await this.read(waste.subarray(0, Math.min(left, waste.length)));
      if (got === 0) throw cutShort();
      left -= got;
    }
  }

  /** Reads on to the end: whoever writes is done then, and checksums at the end have been seen. */
  async drain(): Promise<void> {
    this.#start = this.#end = 0;
    while (await this.source(this.#buffer) > 0);
  }

  async #fill(target: Uint8Array): Promise<number> {
    let length = 0;
    while (length < target.length) {
      const got = await this.read(target.subarray(length));
      if (got === 0) break;
      length += got;
    }
    return length;
  }
}

export function cutShort(): TarError {
  return new TarError("unexpected end of data");
}
