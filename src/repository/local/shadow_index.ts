import { HashIndex } from "../../encoding/hash_index.ts";

// Values of an entry: the only segment there is, and 0; or the place of a list, and 1.
const SEGMENT = 0;
const IS_LIST = 1;

/** Segments by id of an object. Nearly every id has a single one, so the table alone has to hold millions. */
export class ShadowIndex {
  readonly #table = HashIndex.create(2);
  readonly #lists: number[][] = [];

  /** Number of ids. */
  get count(): number {
    return this.#table.count;
  }

  /** The segments of the id, possibly none; undefined when it is not known. */
  get(id: Uint8Array): readonly number[] | undefined {
    const entry = this.#table.find(id);
    return entry < 0 ? undefined : this.#segments(entry);
  }

  /** Throws RangeError on what is not the number of a segment. */
  set(id: Uint8Array, segments: readonly number[]): void {
    const [first] = segments;
    if (segments.length === 1) this.#table.set(id, first!, 0);
    else this.#table.set(id, this.#lists.push([...segments]) - 1, 1);
  }

  /** Adds a segment to those of the id. */
  add(id: Uint8Array, segment: number): void {
    const known = this.get(id);
    if (known === undefined) this.#table.set(id, segment, 0);
    else this.set(id, [...known, segment]);
  }

  delete(id: Uint8Array): void {
    this.#table.delete(id);
  }

  /** All ids, as views, with their segments. Values may be set meanwhile. */
  *[Symbol.iterator](): Generator<readonly [id: Uint8Array, segments: readonly number[]]> {
    const table = this.#table;
    for (let entry = table.next(-1); entry >= 0; entry = table.next(entry)) {
      const start = table.offsetOf(entry);
      yield [table.bytes.subarray(start, start + 32), this.#segments(entry)];
    }
  }

  #segments(entry: number): readonly number[] {
    const value = this.#table.word(entry, SEGMENT);
    return this.#table.word(entry, IS_LIST) === 0 ? [value] : this.#lists[value]!;
  }
}
