import type { FileLayer } from "./files.ts";

/** Reads a file from front to back in large pieces. */
export class FileWindow {
  #buffer: Uint8Array;
  #start = 0;
  #length = 0;

  constructor(private readonly files: FileLayer, private readonly handle: number, capacity: number) {
    this.#buffer = new Uint8Array(capacity);
  }

  /**
   * A view of `length` bytes at `position`, shorter only when the file ends. It lasts until the next call. Reading is quick
   * only while positions rise.
   */
  at(position: number, length: number): Uint8Array {
    let offset = position - this.#start;
    if (offset < 0 || offset + length > this.#length) {
      this.#moveTo(position, length);
      offset = 0;
    }
    return this.#buffer.subarray(offset, Math.min(offset + length, this.#length));
  }

  /** Fills the buffer from `position`, keeping what is there already. */
  #moveTo(position: number, length: number): void {
    const offset = position - this.#start;
    const kept = offset >= 0 && offset < this.#length ? this.#buffer.subarray(offset, this.#length) : new Uint8Array(0);
    const target = length > this.#buffer.length ? new Uint8Array(length) : this.#buffer;
    target.set(kept);
    this.#buffer = target;
    this.#start = position;
    const got = this.files.read(this.handle, target.subarray(kept.length), position + kept.length);
    this.#length = kept.length + got;
  }
}
