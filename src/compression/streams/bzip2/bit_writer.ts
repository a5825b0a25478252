import type { Emit } from "../codec.ts";

const PIECE = 65536;

/** Bits into pieces, most significant first. */
export class BitWriter {
  #piece = new Uint8Array(PIECE);
  #length = 0;
  #bits = 0;
  #count = 0;

  constructor(private readonly emit: Emit) {}

  /** Writes the low `count` bits of `value`, 24 at most. */
  write(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte(this.#bits >>> this.#count);
    }
  }

  word(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  /** Fills up the last byte with zeros and gives everything away. */
  end(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
    this.#give();
  }

  #byte(byte: number): void {
    this.#piece[this.#length++] = byte;
    if (this.#length === PIECE) this.#give();
  }

  #give(): void {
    if (this.#length > 0) this.emit(this.#piece.subarray(0, this.#length));
    this.#piece = new Uint8Array(PIECE);
    this.#length = 0;
  }
}
