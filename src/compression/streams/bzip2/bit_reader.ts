import { DecompressionError } from "../../errors.ts";

/** More than a block can take: 900 001 symbols of 20 bits, and the tables. */
const ENOUGH = 2_400_000;

/** Bits out of a stream of pieces, most significant first. `fill` reads enough for a whole block. */
export class BitReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #window = new Uint8Array(2 * ENOUGH);
  #at = 0;
  #end = 0;
  #isExhausted = false;
  #bits = 0;
  /** How many of the low bits of `#bits` are still to be read. */
  #count = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Has a block's worth of bytes ready, or all that there are. */
  async fill(): Promise<void> {
    while (!this.#isExhausted && this.#end - this.#at < ENOUGH) {
      const { done, value } = await this.#pieces.next();
      if (done) this.#isExhausted = true;
      else this.#append(value);
    }
  }

  /** Whether there is nothing more, bits of the last byte aside. To be asked after `fill`. */
  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** The next bits, 24 at most. */
  read(count: number): number {
    while (this.#count < count) {
      if (this.#at === this.#end) throw new DecompressionError("unexpected end of compressed data");
      this.#bits = (this.#bits << 8) | this.#window[this.#at++]!;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  word(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }

  /** Passes over what is left of the byte. */
  align(): void {
    this.#count -= this.#count % 8;
  }

  #append(piece: Uint8Array): void {
    const length = this.#end - this.#at;
    if (this.#end + piece.length > this.#window.length) {
      const room = Math.max(this.#window.length, length + piece.length);
      const target = room > this.#window.length ? new Uint8Array(room) : this.#window;
      target.set(this.#window.subarray(this.#at, this.#end));
      [this.#window, this.#at, this.#end] = [target, 0, length];
    }
    this.#window.set(piece, this.#end);
    this.#end += piece.length;
  }
}
