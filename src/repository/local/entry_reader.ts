import { equal } from "../../encoding/bytes.ts";
import {
  checksumMatches,
  COMMIT,
  DamagedEntry,
  type Entry,
  getUint32,
  HEAD_LENGTH,
  HEADER_LENGTH,
  MAX_ENTRY_SIZE,
  SEGMENT_MAGIC,
  sizeFits,
} from "./entry.ts";
import type { FileLayer } from "./files.ts";
import { FileWindow } from "./window.ts";

const WINDOW_SIZE = 1 << 20;

/**
 * Goes through the entries of segments, each one validated in the order of format reference 2.3. It makes no objects of them:
 * millions may lie in one repository.
 */
export class EntryReader {
  tag = 0;
  /** Where the entry lies in its segment. */
  offset = 0;
  /** Length with header and id. */
  size = 0;
  readonly #window: FileWindow;
  #segment = 0;

  constructor(files: FileLayer) {
    this.#window = new FileWindow(files, WINDOW_SIZE);
  }

  /** Stands before the first entry of a segment. Throws DamagedEntry when the file is none. */
  open(handle: number, segment: number): void {
    this.#window.open(handle);
    this.#segment = segment;
    this.offset = 0;
    this.size = SEGMENT_MAGIC.length;
    if (equal(this.#window.at(0, SEGMENT_MAGIC.length), SEGMENT_MAGIC)) return;
    throw this.#damage("Invalid segment magic");
  }

  /** Stands before the entry that begins at `offset`. */
  seek(offset: number): void {
    this.offset = offset;
    this.size = 0;
  }

  /** Goes to the next entry; false at the end. Throws DamagedEntry when it is not as it must be, or torn. */
  next(): boolean {
    this.offset += this.size;
    const got = this.#window.load(this.offset, HEADER_LENGTH);
    if (got === 0) return false;
    if (got < HEADER_LENGTH) throw this.#damage("Invalid segment entry header");
    this.size = getUint32(this.#window.bytes, this.place + 4);
    this.tag = this.#window.bytes[this.place + 8]!;
    this.#validate();
    return true;
  }

  /** The bytes among which the entry is, from `place` on; until the next one is read. */
  get bytes(): Uint8Array {
    return this.#window.bytes;
  }

  get place(): number {
    return this.#window.place(this.offset);
  }

  /** The entry, for as long as it is the current one. */
  get entry(): Entry {
    const { tag, offset, size, place, bytes } = this;
    const idEnd = place + (tag === COMMIT ? HEADER_LENGTH : HEAD_LENGTH);
    const id = bytes.subarray(place + HEADER_LENGTH, idEnd);
    return { tag, offset, size, id, data: bytes.subarray(idEnd, place + size) };
  }

  #validate(): void {
    const { size, tag } = this;
    if (size > MAX_ENTRY_SIZE) throw this.#damage(`Invalid segment entry size ${size} - too big`);
    if (size < HEADER_LENGTH) throw this.#damage(`Invalid segment entry size ${size} - too small`);
    if (this.#window.load(this.offset, size) < size) throw this.#damage("Segment entry data short read");
    const { bytes, place } = this;
    if (!checksumMatches(bytes.subarray(place, place + size))) throw this.#damage("Segment entry checksum mismatch");
    if (!sizeFits(tag, size)) throw this.#damage(`Segment entry of tag ${tag} and size ${size}`);
  }

  #damage(problem: string): DamagedEntry {
    return new DamagedEntry(problem, this.#segment, this.offset);
  }
}

/** The entries of a segment. Throws as `EntryReader.next` does. */
export function* readEntries(files: FileLayer, handle: number, segment: number): Generator<Entry> {
  const reader = new EntryReader(files);
  reader.open(handle, segment);
  while (reader.next()) yield reader.entry;
}
