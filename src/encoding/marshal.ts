import { encodeText } from "./path.ts";

const DIGIT_BITS = 15;
const NULL = "0";

/** Writes what Python's `marshal.load` reads, in the form of its version 2: no references, no interned strings. */
export class MarshalWriter {
  readonly #parts: Uint8Array[] = [];

  /** All that was written. */
  take(): Uint8Array {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const whole = new Uint8Array(length);
    let offset = 0;
    for (const part of this.#parts.splice(0)) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  none(): void {
    this.#type("N");
  }

  bool(value: boolean): void {
    this.#type(value ? "T" : "F");
  }

  int(value: bigint): void {
    if (BigInt.asIntN(32, value) !== value) return this.#long(value);
    this.#type("i");
    this.#int32(Number(value));
  }

  float(value: number): void {
    this.#type("g");
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#parts.push(bytes);
  }

  text(text: string): void {
    const bytes = encodeText(text);
    this.#type("u");
    this.#int32(bytes.length);
    this.#parts.push(bytes);
  }

  /** Begins a tuple of `count` values, which must follow. */
  tuple(count: number): void {
    this.#type("(");
    this.#int32(count);
  }

  /** Begins a dictionary: keys with their values must follow, then its end. */
  dictionary(): void {
    this.#type("{");
  }

  endOfDictionary(): void {
    this.#type(NULL);
  }

  /** The count of digits bears the sign. */
  #long(value: bigint): void {
    const digits: number[] = [];
    for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= BigInt(DIGIT_BITS)) {
      digits.push(Number(BigInt.asUintN(DIGIT_BITS, rest)));
    }
    this.#type("l");
    this.#int32(value < 0n ? -digits.length : digits.length);
    this.#parts.push(Uint8Array.from(digits.flatMap((digit) => [digit & 0xff, digit >> 8])));
  }

  #type(letter: string): void {
    this.#parts.push(Uint8Array.of(letter.charCodeAt(0)));
  }

  #int32(value: number): void {
    this.#parts.push(Uint8Array.of(value, value >> 8, value >> 16, value >> 24));
  }
}
