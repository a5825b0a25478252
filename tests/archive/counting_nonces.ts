import type { Nonces } from "../../src/archive/objects.ts";

/** Counter values from 0 on, kept nowhere. */
export class CountingNonces implements Nonces {
  #next = 0n;

  reserve(blocks: bigint): Promise<bigint> {
    const first = this.#next;
    this.#next += blocks;
    return Promise.resolve(first);
  }
}
