import { Slot } from "./slot.ts";

/** Bytes of input that one slot takes: any stored object, any chunk. */
export const SLOT_INPUT = 24 << 20;

/** Bytes of output that one slot takes: a batch whose chunks grew, or one padded object of the greatest length. */
export const SLOT_OUTPUT = 48 << 20;

/** The slots of one pool: made when first needed, used again, never more than `limit`. */
export class Slots {
  readonly #free: Slot[] = [];
  #made = 0;

  /** @param input bytes of input that each takes, and of output */
  constructor(readonly limit: number, readonly input = SLOT_INPUT, readonly output = SLOT_OUTPUT) {}

  /** Enough to keep `workers` workers busy: each has one batch at hand and one waiting, the caller fills one more. */
  static forWorkers(workers: number): Slots {
    return new Slots(2 * workers + 1);
  }

  /** A slot that nobody uses, or undefined when all are taken. */
  take(): Slot | undefined {
    const slot = this.#free.pop();
    if (slot) return slot;
    if (this.#made >= this.limit) return undefined;
    this.#made++;
    return Slot.allocate(this.input, this.output);
  }

  give(slot: Slot): void {
    this.#free.push(slot);
  }
}
