/**
 * Bytes on their way through a chunker: written at the end, cut off at the beginning, contiguous in between. What is
 * held moves to the front of the memory when the room behind it runs short.
 */
export class Window {
  /** Address of the first byte held, within the memory. */
  start = 0;
  readonly #memory: Uint8Array;
  readonly #roomWanted: number;
  #end = 0;

  /** Holds up to `reach` bytes; what the memory has beyond that is the room to write to. */
  constructor(memory: Uint8Array, reach: number) {
    this.#memory = memory;
    this.#roomWanted = Math.ceil((memory.length - reach) / 2);
  }

  get held(): number {
    return this.#end - this.start;
  }

  space(): Uint8Array {
    if (this.#memory.length - this.#end < this.#roomWanted) {
      this.#memory.copyWithin(0, this.start, this.#end);
      this.#end = this.held;
      this.start = 0;
    }
    return this.#memory.subarray(this.#end);
  }

  commit(length: number): void {
    if (length < 0 || length > this.#memory.length - this.#end) throw new RangeError(`cannot commit ${length} bytes`);
    this.#end += length;
  }

  take(length: number): Uint8Array {
    this.start += length;
    return this.#memory.subarray(this.start - length, this.start);
  }

  clear(): void {
    this.start = this.#end = 0;
  }
}
