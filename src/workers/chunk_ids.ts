import { isZero } from "../../wasm/zeros.ts";
import type { Sealer } from "../crypto/sealer.ts";

/** Ids of so many lengths of zeros are kept. */
const KEPT = 64;

/**
 * Ids of chunks. Those of zeros depend on the key and the length alone, so they are remembered: images of disks are full
 * of them, and to look for a byte that is not zero is many times as fast as to hash.
 */
export class ChunkIds {
  readonly #zeros = new Map<number, Uint8Array>();

  constructor(private readonly sealer: Sealer) {}

  /** The id of each chunk. */
  of(chunks: readonly Uint8Array[]): Uint8Array[] {
    const ids = chunks.map((chunk) => (isZero(chunk) ? this.#ofZeros(chunk) : undefined));
    const hashed = this.sealer.idsOf(chunks.filter((_, i) => !ids[i]));
    let next = 0;
    return ids.map((id) => id ?? hashed[next++]!);
  }

  #ofZeros(zeros: Uint8Array): Uint8Array {
    const known = this.#zeros.get(zeros.length);
    if (known) return known;
    const id = this.sealer.id(zeros);
    if (this.#zeros.size < KEPT) this.#zeros.set(zeros.length, id);
    return id;
  }
}
