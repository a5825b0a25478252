import { grown, longer } from "./grown.ts";

/** Names as bytes, back to back: each is known by where it begins and how long it is. */
export class NameTable {
  #bytes = new Uint8Array(1 << 16);
  #end = 0;

  /** Where the name begins. */
  add(name: Uint8Array): number {
    const start = this.#end;
    this.#end += name.length;
    if (this.#end > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, Math.max(this.#end, longer(this.#bytes.length)));
    }
    this.#bytes.set(name, start);
    return start;
  }

  /** A view that is valid until the next `add`. */
  at(start: number, length: number): Uint8Array {
    return this.#bytes.subarray(start, start + length);
  }

  isAt(start: number, length: number, name: Uint8Array): boolean {
    if (length !== name.length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== name[i]) return false;
    return true;
  }
}
