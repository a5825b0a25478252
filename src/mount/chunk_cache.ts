import type { ChunkEntry } from "../archive/item.ts";
import type { Objects } from "../archive/objects.ts";
import { toHex } from "../encoding/bytes.ts";
import { release } from "../encoding/release.ts";
import { BorgError } from "../errors.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { Slot } from "../workers/slot.ts";
import type { Slots } from "../workers/slots.ts";
import { DOES_NOT_FIT } from "../workers/unseal.ts";

/** What is needed to read chunks. */
export interface ChunkSource {
  readonly objects: Objects;
  readonly pool: WorkerPool;
  /** As many as big chunks are to be kept: each stays where a worker has put it. */
  readonly slots: Slots;
}

interface Kept {
  readonly plaintext: Uint8Array;
  /** What the plaintext lies in; undefined when it is memory of its own. */
  readonly slot: Slot | undefined;
  /** How many are about to use it: its slot is not given to another chunk before they have. */
  users: number;
}

interface Coming {
  readonly kept: Promise<Kept>;
  /** How many wait for it. */
  users: number;
}

/** Chunks whose objects are up to this long are opened by this thread: a message to a worker takes longer. */
const SMALL_OBJECT = 32 * 1024;
const SMALL_CHUNK = 512 * 1024;
/** The most bytes of small chunks that are kept. */
const SMALL_CHUNKS = 16 << 20;

/**
 * Plaintext chunks: reads, verifies and remembers them; the least recently used are forgotten first. Big ones stay in the
 * shared memory that they came in. Measured: copied into memory of their own, the page faults of 2 MiB take longer than
 * decryption.
 */
export class ChunkCache {
  readonly #small = new Map<string, Kept>();
  readonly #big = new Map<string, Kept>();
  readonly #coming = new Map<string, Coming>();
  /** Chunks that were put on their way and that nobody has asked for yet. */
  readonly #ahead = new Set<string>();
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #smallBytes = 0;

  constructor(private readonly source: ChunkSource) {}

  /**
   * Hands the plaintext to `action`, which may look at it only until it returns. Throws ObjectNotFound and what unsealing
   * throws.
   */
  async use(chunk: ChunkEntry, action: (plaintext: Uint8Array) => void): Promise<void> {
    const key = toHex(chunk.id);
    this.#ahead.delete(key);
    const known = this.#touch(key);
    if (known) return action(known.plaintext);
    const coming = this.#coming.get(key) ?? this.#fetch(key, chunk);
    coming.users++;
    const kept = await coming.kept;
    try {
      action(kept.plaintext);
    } finally {
      kept.users--;
      this.#handOn();
    }
  }

  /**
   * Puts a chunk on its way that will be wanted soon, unless half of the room is taken by such chunks: they would push one
   * another out. Whoever then asks for it is told if that fails.
   */
  prefetch(chunk: ChunkEntry): void {
    const key = toHex(chunk.id);
    if (this.#small.has(key) || this.#big.has(key) || this.#coming.has(key)) return;
    if (2 * this.#ahead.size >= this.source.slots.limit || this.#waiting.length > 0) return;
    this.#ahead.add(key);
    this.#fetch(key, chunk).kept.catch(() => this.#ahead.delete(key));
  }

  #touch(key: string): Kept | undefined {
    const chunks = this.#big.has(key) ? this.#big : this.#small;
    const kept = chunks.get(key);
    if (kept === undefined) return undefined;
    chunks.delete(key);
    chunks.set(key, kept);
    return kept;
  }

  #fetch(key: string, chunk: ChunkEntry): Coming {
    const kept = this.#read(chunk).then(
      (kept) => this.#keep(key, kept),
      (error) => {
        this.#coming.delete(key);
        throw error;
      },
    );
    const coming = { kept, users: 0 };
    this.#coming.set(key, coming);
    return coming;
  }

  /** What will need a slot gets that first: objects that wait for one would take more memory than the slots. */
  async #read({ id, size }: ChunkEntry): Promise<Kept> {
    if (size > SMALL_CHUNK) return await this.#readIntoSlot(id);
    const object = await this.#get(id);
    return object.length <= SMALL_OBJECT ? this.#unsealHere(id, object) : await this.#readIntoSlot(id, object);
  }

  #get(id: Uint8Array): Promise<Uint8Array> {
    return this.source.objects.repository.get(id);
  }

  async #readIntoSlot(id: Uint8Array, known?: Uint8Array): Promise<Kept> {
    const slot = this.source.slots.take() ?? this.#oldestSlot() ?? await this.#nextSlot();
    let kept: Kept | undefined;
    try {
      kept = await this.#unseal(slot, id, known ?? await this.#get(id));
      return kept ?? this.#unsealHere(id, await this.#get(id));
    } finally {
      if (kept === undefined) this.#giveBack(slot);
    }
  }

  #unsealHere(id: Uint8Array, object: Uint8Array): Kept {
    return { plaintext: this.source.objects.unseal(id, object), slot: undefined, users: 0 };
  }

  /** Undefined when the plaintext does not fit into a slot. */
  async #unseal(slot: Slot, id: Uint8Array, object: Uint8Array): Promise<Kept | undefined> {
    slot.inputLengths[0] = object.length;
    slot.input.set(object);
    release(object);
    slot.setId(0, id);
    const { failures: [failure] } = await this.source.pool.run({ kind: "unseal", count: 1, discard: false }, slot);
    if (failure?.code === DOES_NOT_FIT) return undefined;
    if (failure) throw new BorgError(failure.code, failure.data);
    return { plaintext: slot.output.subarray(0, slot.outputLengths[0]!), slot, users: 0 };
  }

  #keep(key: string, kept: Kept): Kept {
    kept.users = this.#coming.get(key)!.users;
    this.#coming.delete(key);
    if (kept.slot) this.#big.set(key, kept);
    else this.#keepSmall(key, kept);
    this.#handOn();
    return kept;
  }

  #keepSmall(key: string, kept: Kept): void {
    this.#small.set(key, kept);
    this.#smallBytes += kept.plaintext.length;
    for (const [oldest, { plaintext }] of this.#small) {
      if (this.#smallBytes <= SMALL_CHUNKS) return;
      this.#forget(this.#small, oldest);
      this.#smallBytes -= plaintext.length;
    }
  }

  /** Gives slots of chunks that nobody is about to use to those who wait for one. */
  #handOn(): void {
    while (this.#waiting.length > 0) {
      const slot = this.#oldestSlot();
      if (slot === undefined) return;
      this.#waiting.shift()!(slot);
    }
  }

  #oldestSlot(): Slot | undefined {
    for (const [key, { slot, users }] of this.#big) {
      if (users > 0) continue;
      this.#forget(this.#big, key);
      return slot;
    }
    return undefined;
  }

  #forget(chunks: Map<string, Kept>, key: string): void {
    chunks.delete(key);
    this.#ahead.delete(key);
  }

  #nextSlot(): Promise<Slot> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.source.slots.give(slot);
  }
}
