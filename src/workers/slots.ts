import { Slot } from "./slot.ts";

/** Bytes of input that one slot takes: any stored object, any chunk. */
export const SLOT_INPUT = 24 << 20;

/** Bytes of output that one slot takes: a batch whose chunks grew, or one padded object of the greatest length. */
export const SLOT_OUTPUT = 48 << 20;

/** What a slot holds, in bytes, and the longest chunks that it is taken for. */
interface SlotKind {
  readonly chunk: number;
  readonly input: number;
  readonly output: number;
}

/**
 * Room for a batch of whatever chunkers cut: chunks of 8 MiB that a codec made an eighth longer. The runtime takes all that
 * slots could hold for used, and lets garbage grow in proportion: exporting a million small files took 1.5 GB with the
 * largest ones, creating `/usr/share` 25 MiB more.
 */
const FOR_CHUNKS: SlotKind = { chunk: 10 << 20, input: 18 << 20, output: 18 << 20 };

/** For reading, a mebibyte of small files is enough at once: more only keeps what is to be made of them waiting. */
const FOR_READING: readonly SlotKind[] = [{ chunk: 1 << 16, input: 1 << 20, output: 1 << 20 }, FOR_CHUNKS];

/** For the item stream, whose chunks have half a mebibyte at most. */
const FOR_ITEMS: readonly SlotKind[] = [{ chunk: 1 << 20, input: 4 << 20, output: 4 << 20 }, FOR_CHUNKS];

/** The slots of one pool: made when first needed, used again, never more than `limit`. */
export class Slots {
  readonly #free: Slot[] = [];
  readonly #kinds: readonly SlotKind[];
  #made = 0;

  /**
   * @param input bytes of input that each takes, and of output
   * @param smaller kinds for shorter chunks, ascending
   */
  constructor(
    readonly limit: number,
    input = SLOT_INPUT,
    readonly output = SLOT_OUTPUT,
    smaller: readonly SlotKind[] = [],
  ) {
    this.#kinds = [...smaller, { chunk: Infinity, input, output }];
  }

  /** Enough to keep `workers` workers busy. */
  static forWorkers(workers: number): Slots {
    return new Slots(slotsFor(workers));
  }

  /** The same for batches whose outputs are as long as announced. */
  static forReading(workers: number): Slots {
    return new Slots(slotsFor(workers), SLOT_INPUT, SLOT_OUTPUT, FOR_READING);
  }

  /** The same for chunks that are to be stored. */
  static forSealing(workers: number): Slots {
    return new Slots(slotsFor(workers), SLOT_INPUT, SLOT_OUTPUT, [FOR_CHUNKS]);
  }

  /** For the stream of items: one slot that is filled, one under way. */
  static forItems(): Slots {
    return new Slots(2, SLOT_INPUT, SLOT_OUTPUT, FOR_ITEMS);
  }

  /** A slot that nobody uses, for a chunk of such a length and more of its kind; undefined when all are taken. */
  take(chunk = Infinity): Slot | undefined {
    const kind = this.#kinds.find((kind) => chunk <= kind.chunk)!;
    const fitting = this.#free.findLastIndex(({ input, output }) =>
      input.length >= kind.input && output.length >= kind.output
    );
    if (fitting >= 0) return this.#free.splice(fitting, 1)[0];
    if (this.#made < this.limit) this.#made++;
    else if (!this.#free.pop()) return undefined; // One that is too small makes room for one that is not.
    return Slot.allocate(kind.input, kind.output);
  }

  give(slot: Slot): void {
    this.#free.push(slot);
  }
}

/**
 * Each worker has one batch at hand and one waiting, and the caller fills one more. Of many workers not all need one that
 * waits: those of eight took half a gigabyte together.
 */
function slotsFor(workers: number): number {
  return Math.min(2 * workers + 1, workers + 4);
}
