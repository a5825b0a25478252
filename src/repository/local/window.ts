import type { FileLayer } from "./files.ts";

/** Reads files from front to back in large pieces, one file after the other. */
export class FileWindow {
  #bytes: Uint8Array;
  #start = 0;
  #length = 0;
  #handle = -1;

  constructor(private readonly files: FileLayer, capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Goes on with another file, or looks at the same one anew. */
  open(handle: number): void {
    this.#handle = handle;
    this.#start = 0;
    this.#length = 0;
  }

  /**
   * Loads `length` bytes at `position` and gives how many there are: fewer only when the file ends. They begin in `bytes` at
   * `place(position)` until the next call. Reading is quick only while positions rise.
   */
  load(position: number, length: number): number {
    const offset = position - this.#start;
    if (offset < 0 || offset + length > this.#length) this.#moveTo(position, length);
    return Math.min(length, this.#start + this.#length - position);
  }

  /** The same as a view. */
  at(position: number, length: number): Uint8Array {
    const got = this.load(position, length);
    const place = this.place(position);
    return this.#bytes.subarray(place, place + got);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  place(position: number): number {
    return position - this.#start;
  }

  /** Fills the buffer from `position`, keeping what is there already. */
  #moveTo(position: number, length: number): void {
    const offset = position - this.#start;
    const kept = offset >= 0 && offset < this.#length ? this.#bytes.subarray(offset, this.#length) : new Uint8Array(0);
    const target = length > this.#bytes.length ? new Uint8Array(length) : this.#bytes;
    target.set(kept);
    this.#bytes = target;
    this.#start = position;
    const got = this.files.read(this.#handle, target.subarray(kept.length), position + kept.length);
    this.#length = kept.length + got;
  }
}
