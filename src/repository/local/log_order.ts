import type { HashIndex } from "../../encoding/hash_index.ts";

/** The entries of an index in the order in which the objects lie in the log. Good until the index changes. */
export class LogOrder {
  /** Buckets by segment, ascending; those of a segment are sorted once they are needed. */
  readonly #groups = new Map<number, number[]>();
  readonly #segments: number[];
  readonly #sorted = new Set<number>();

  constructor(private readonly index: HashIndex) {
    for (let bucket = index.next(-1); bucket >= 0; bucket = index.next(bucket)) {
      const segment = index.word(bucket, 0);
      const group = this.#groups.get(segment);
      if (group) group.push(bucket);
      else this.#groups.set(segment, [bucket]);
    }
    this.#segments = [...this.#groups.keys()].sort((a, b) => a - b);
  }

  /** The buckets after `marker`, or all of them. */
  *after(marker?: number): Generator<number> {
    const [segment, offset] = marker === undefined ? [-1, -1] : [this.index.word(marker, 0), this.#offsetOf(marker)];
    for (const number of this.#segments) {
      if (number < segment) continue;
      for (const bucket of this.#group(number)) {
        if (number > segment || this.#offsetOf(bucket) > offset) yield bucket;
      }
    }
  }

  #group(segment: number): number[] {
    const group = this.#groups.get(segment)!;
    if (!this.#sorted.has(segment)) {
      group.sort((a, b) => this.#offsetOf(a) - this.#offsetOf(b));
      this.#sorted.add(segment);
    }
    return group;
  }

  #offsetOf(bucket: number): number {
    return this.index.word(bucket, 1);
  }
}
