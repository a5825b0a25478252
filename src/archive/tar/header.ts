import { BLOCK, CHECKSUM, type Field } from "./layout.ts";

const BLANK = 0x20;
const ZERO = 0x30;

/** A block that becomes one header after the other. What is put into it is summed up on the way. Fields are put once each. */
export class HeaderBlock {
  readonly bytes: Uint8Array = new Uint8Array(BLOCK);
  #sum = 0;

  clear(): void {
    this.bytes.fill(0);
    this.#sum = CHECKSUM[1] * BLANK;
  }

  /** As much of the bytes as the field takes. */
  putBytes([at, length]: Field, bytes: Uint8Array): void {
    const end = Math.min(length, bytes.length);
    for (let i = 0; i < end; i++) this.#put(at + i, bytes[i]!);
  }

  /** Octal digits and a zero byte; a number that does not fit, or is negative, in base 256 with the highest bit set. */
  putNumber([at, length]: Field, value: number): void {
    if (value >= 0 && value < 8 ** (length - 1)) return this.#putDigits(at, length - 1, value, 8, ZERO);
    this.#put(at, value < 0 ? 0xff : 0x80);
    this.#putDigits(at + 1, length - 1, value, 256, 0);
  }

  /** Puts the checksum: nothing else may come afterwards. */
  seal(): void {
    const [at] = CHECKSUM;
    this.#putDigits(at, 6, this.#sum, 8, ZERO);
    this.bytes[at + 7] = BLANK;
  }

  /** The last `count` digits. Of negative numbers those of their complement, as rounding downwards gives them. */
  #putDigits(at: number, count: number, value: number, base: number, zero: number): void {
    let rest = value;
    for (let i = count - 1; i >= 0; i--) {
      const higher = Math.floor(rest / base);
      this.#put(at + i, zero + rest - base * higher);
      rest = higher;
    }
  }

  #put(at: number, byte: number): void {
    this.bytes[at] = byte;
    this.#sum += byte;
  }
}
