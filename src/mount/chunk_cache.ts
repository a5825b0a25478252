import type { ChunkEntry } from "../archive/item.ts";
import type { Objects } from "../archive/objects.ts";
import { toHex } from "../encoding/bytes.ts";
import { BorgError } from "../errors.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { Slot } from "../workers/slot.ts";
import { SLOT_OUTPUT, type Slots } from "../workers/slots.ts";
import { DOES_NOT_FIT } from "../workers/unseal.ts";

/** What is needed to read chunks. */
export interface ChunkSource {
  readonly objects: Objects;
  readonly pool: WorkerPool;
  readonly slots: Slots;
}

export interface ChunkCacheLimits {
  /** The most chunks that are kept; undefined = only `bytes` counts. */
  readonly entries: number | undefined;
  readonly bytes: number;
}

/** Objects up to this length are opened by this thread: a message to a worker takes longer. */
const SMALL = 32 * 1024;

/** Plaintext chunks: reads, verifies and remembers them, the least recently used are forgotten first. */
export class ChunkCache {
  readonly #kept = new Map<string, Uint8Array>();
  readonly #coming = new Map<string, Promise<Uint8Array>>();
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #bytes = 0;

  constructor(private readonly source: ChunkSource, private readonly limits: ChunkCacheLimits) {}

  /** The plaintext, which is not to be changed. Throws ObjectNotFound and what unsealing throws. */
  async get({ id, size }: ChunkEntry): Promise<Uint8Array> {
    const key = toHex(id);
    return this.#touch(key) ?? await (this.#coming.get(key) ?? this.#fetch(key, id, size));
  }

  /** Puts a chunk on its way that will be wanted soon. Whoever then asks for it is told if that fails. */
  prefetch({ id, size }: ChunkEntry): void {
    const key = toHex(id);
    if (this.#kept.has(key) || this.#coming.has(key)) return;
    this.#fetch(key, id, size).catch(() => {});
  }

  #touch(key: string): Uint8Array | undefined {
    const plaintext = this.#kept.get(key);
    if (plaintext === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, plaintext);
    return plaintext;
  }

  #fetch(key: string, id: Uint8Array, size: number): Promise<Uint8Array> {
    const coming = this.#read(id, size).finally(() => this.#coming.delete(key));
    this.#coming.set(key, coming);
    return coming.then((plaintext) => {
      this.#keep(key, plaintext);
      return plaintext;
    });
  }

  #keep(key: string, plaintext: Uint8Array): void {
    this.#kept.set(key, plaintext);
    this.#bytes += plaintext.length;
    const { entries = Infinity, bytes } = this.limits;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#kept.size <= entries && this.#bytes <= bytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
  }

  async #read(id: Uint8Array, size: number): Promise<Uint8Array> {
    const { objects } = this.source;
    const object = await objects.repository.get(id);
    if (object.length <= SMALL && size <= 16 * SMALL) return objects.unseal(id, object);
    const slot = this.source.slots.take() ?? await new Promise<Slot>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#unseal(slot, id, object);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(slot);
      else this.source.slots.give(slot);
    }
  }

  async #unseal(slot: Slot, id: Uint8Array, object: Uint8Array): Promise<Uint8Array> {
    const { objects, pool } = this.source;
    if (object.length > slot.inputCapacity) return objects.unseal(id, object);
    slot.inputLengths[0] = object.length;
    slot.input.set(object);
    slot.setId(0, id);
    const { failures: [failure] } = await pool.run({ kind: "unseal", count: 1, discard: false }, slot);
    if (failure?.code === DOES_NOT_FIT) return objects.unseal(id, object);
    if (failure) throw new BorgError(failure.code, failure.data);
    return slot.output.slice(0, Math.min(slot.outputLengths[0]!, SLOT_OUTPUT));
  }
}
