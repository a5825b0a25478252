import { DecompressionError } from "../errors.ts";

/** Takes any number of bytes at a time from a stream of pieces. */
export class Pieces {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Whether there is nothing more. */
  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#pieces.next();
      if (done) return true;
      this.#rest = value;
    }
    return false;
  }

  /** Exactly so many bytes, which are the caller's. Throws DecompressionError when the stream ends before. */
  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length);
    for (let at = 0; at < length;) {
      if (await this.isAtEnd()) throw new DecompressionError("unexpected end of compressed data");
      const part = this.#rest.subarray(0, length - at);
      taken.set(part, at);
      at += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return taken;
  }

  async word(): Promise<number> {
    return new DataView((await this.take(4)).buffer).getUint32(0, true);
  }
}
