import type { LogEntry } from "./replay.ts";
import { HEADER_LENGTH } from "./entry.ts";
import type { EntryReader } from "./entry_reader.ts";
import { ID_LENGTH } from "../repository.ts";

/** The entries of one segment without their data, in flat memory that the next segment uses again. */
export class EntryList {
  #count = 0;
  #tags = new Uint8Array(1024);
  #offsets = new Uint32Array(1024);
  #sizes = new Uint32Array(1024);
  #ids = new Uint8Array(1024 * ID_LENGTH);

  clear(): void {
    this.#count = 0;
  }

  /** Appends the entry that the reader stands at. */
  add({ tag, offset, size, bytes, place }: EntryReader): void {
    if (this.#count === this.#tags.length) this.#grow();
    this.#tags[this.#count] = tag;
    this.#offsets[this.#count] = offset;
    this.#sizes[this.#count] = size;
    const id = this.#count * ID_LENGTH;
    const start = place + HEADER_LENGTH;
    this.#ids.set(bytes.subarray(start, start + ID_LENGTH), id);
    this.#count++;
  }

  /** The entries; those that are no commits have an id. Views last until `clear`. */
  *[Symbol.iterator](): Generator<LogEntry> {
    for (let i = 0; i < this.#count; i++) {
      const id = this.#ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH);
      yield { tag: this.#tags[i]!, offset: this.#offsets[i]!, size: this.#sizes[i]!, id };
    }
  }

  #grow(): void {
    const length = 2 * this.#tags.length;
    this.#tags = enlarged(this.#tags, new Uint8Array(length));
    this.#offsets = enlarged(this.#offsets, new Uint32Array(length));
    this.#sizes = enlarged(this.#sizes, new Uint32Array(length));
    this.#ids = enlarged(this.#ids, new Uint8Array(length * ID_LENGTH));
  }
}

function enlarged<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
