import { addressOf } from "../ffi.ts";
import { cString } from "../c_string.ts";

/** Texts as a C program's `argv`. The memory is valid as long as this object is referenced. */
export class ArgumentVector {
  readonly #texts: Uint8Array<ArrayBuffer>[];
  readonly #pointers: BigUint64Array<ArrayBuffer>;

  constructor(words: readonly string[]) {
    this.#texts = words.map(cString);
    this.#pointers = BigUint64Array.from([...this.#texts.map(addressOf), 0n]);
  }

  get length(): number {
    return this.#texts.length;
  }

  get address(): bigint {
    return addressOf(new Uint8Array(this.#pointers.buffer));
  }
}
