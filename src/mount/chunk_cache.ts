import type { ChunkEntry } from "../archive/item.ts";
import { toHex } from "../encoding/bytes.ts";
import type { Slot } from "../workers/slot.ts";
import { Slots } from "../workers/slots.ts";
import type { Unsealed, Unsealer } from "./unsealer.ts";

/** What lies in one slot. */
interface Group {
  readonly slot: Slot;
  readonly keys: readonly string[];
  /** How many are about to use something of it: the slot is not given to other chunks before they have. */
  users: number;
}

interface Kept {
  readonly plaintext: Uint8Array;
  /** What it lies in; undefined when it has memory of its own. */
  readonly group: Group | undefined;
}

interface Coming {
  readonly kept: Promise<Kept>;
  /** How many wait for it. */
  users: number;
}

/** Objects of up to this many bytes are opened by this thread: a message to a worker takes longer. */
const SMALL_OBJECT = 32 * 1024;
const SMALL_CHUNK = 512 * 1024;
/** The most bytes of small chunks that are kept. */
const SMALL_CHUNKS = 16 << 20;
/** The most bytes of the chunks in one slot, which is as long as the longest that chunkers are usually told to make. */
const GROUP = 8 << 20;
/** What an object may be longer than its plaintext: its envelope, and what compression adds to noise. */
const OVERHEAD = 64 * 1024;

/**
 * Plaintext chunks: reads, verifies and remembers them; the least recently used are forgotten first. Big ones stay in the
 * shared memory that they came in. Measured: copied into memory of their own, the page faults of 2 MiB take longer than
 * decryption.
 */
export class ChunkCache {
  readonly #small = new Map<string, Kept>();
  readonly #big = new Map<string, Kept>();
  /** What is in slots, the least recently used first. */
  readonly #groups = new Set<Group>();
  readonly #coming = new Map<string, Coming>();
  /** Chunks that were put on their way and that nobody has asked for yet. */
  readonly #ahead = new Set<string>();
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #smallBytes = 0;

  /** @param slots each keeps one or two big chunks, see `slotsFor` */
  constructor(private readonly unsealer: Pick<Unsealer, "here" | "into">, private readonly slots: Slots) {}

  /**
   * Slots of no more than is needed here: the runtime takes all that they could hold for used, and lets garbage grow in
   * proportion. What fits into none is opened by this thread.
   */
  static slotsFor(count: number): Slots {
    return new Slots(count, GROUP + OVERHEAD, GROUP);
  }

  /**
   * Hands the plaintext to `action`, which may look at it only until it returns. Throws ObjectNotFound and what unsealing
   * throws.
   */
  async use(chunk: ChunkEntry, action: (plaintext: Uint8Array) => void): Promise<void> {
    const key = toHex(chunk.id);
    this.#ahead.delete(key);
    const known = this.#touch(key);
    if (known) return action(known.plaintext);
    if (!this.#coming.has(key)) this.#fetch([chunk]);
    const coming = this.#coming.get(key)!;
    coming.users++;
    const { plaintext, group } = await coming.kept;
    try {
      action(plaintext);
    } finally {
      if (group) group.users--;
      this.#handOn();
    }
  }

  /**
   * Puts chunks on their way that will be wanted soon, as long as such chunks take less than half of the room: more would
   * push one another out. Whoever then asks for one is told if that fails. Big ones are opened two at a time; measured: two
   * BLAKE2b messages side by side take half to two thirds of the time.
   *
   * @param isEnd whether no more of them will follow: otherwise one that would be alone waits for the next one
   */
  prefetch(chunks: readonly ChunkEntry[], isEnd: boolean): void {
    if (this.#waiting.length > 0) return;
    const byKey = new Map(chunks.map((chunk) => [toHex(chunk.id), chunk]));
    const missing = [...byKey].filter(([key]) => this.#isMissing(key)).map(([, chunk]) => chunk);
    for (let i = 0; i < missing.length && this.#ahead.size < this.slots.limit;) {
      const group = missing.slice(i, i + this.#lengthOfGroup(missing, i));
      if (i + group.length === missing.length && group.length === 1 && !isEnd && !isSmall(group[0]!)) return;
      for (const { id } of group) this.#ahead.add(toHex(id));
      this.#fetch(group);
      i += group.length;
    }
  }

  #lengthOfGroup(chunks: readonly ChunkEntry[], start: number): number {
    const [first, second] = [chunks[start]!, chunks[start + 1]];
    if (second === undefined || isSmall(first) || isSmall(second)) return 1;
    return first.size + second.size <= GROUP ? 2 : 1;
  }

  #isMissing(key: string): boolean {
    return !this.#small.has(key) && !this.#big.has(key) && !this.#coming.has(key);
  }

  #touch(key: string): Kept | undefined {
    const small = this.#small.get(key);
    if (small) {
      this.#small.delete(key);
      this.#small.set(key, small);
      return small;
    }
    const big = this.#big.get(key);
    if (big?.group) {
      this.#groups.delete(big.group);
      this.#groups.add(big.group);
    }
    return big;
  }

  /** Chunks that are not here: one, or a pair of big ones. */
  #fetch(chunks: readonly ChunkEntry[]): void {
    const keys = chunks.map(({ id }) => toHex(id));
    const fetched = isSmall(chunks[0]!) ? this.#fetchSmall(keys[0]!, chunks[0]!) : this.#fetchBig(keys, chunks);
    for (const [i, key] of keys.entries()) {
      const kept = fetched.then((all) => valid(all[i]!));
      kept.catch(() => this.#ahead.delete(key)); // whoever waits for it gets the error from `kept` itself
      this.#coming.set(key, { kept, users: 0 });
    }
  }

  async #fetchSmall(key: string, chunk: ChunkEntry): Promise<(Kept | Error)[]> {
    try {
      return [this.#keepSmall(key, await this.unsealer.here(chunk))];
    } finally {
      this.#coming.delete(key);
    }
  }

  async #fetchBig(keys: readonly string[], chunks: readonly ChunkEntry[]): Promise<(Kept | Error)[]> {
    const slot = this.slots.take() ?? this.#oldestSlot() ?? await this.#nextSlot();
    let group: Group | undefined;
    try {
      const results = await this.unsealer.into(slot, chunks);
      group = this.#groupOf(slot, keys, results);
      return results.map((result, i) => result instanceof Error ? result : this.#keep(keys[i]!, result, group));
    } finally {
      for (const key of keys) this.#coming.delete(key);
      if (group === undefined) this.#giveBack(slot);
      this.#handOn();
    }
  }

  /** Undefined when nothing lies in the slot. */
  #groupOf(slot: Slot, keys: readonly string[], results: readonly Unsealed[]): Group | undefined {
    const inside = keys.filter((_, i) => liesIn(slot, results[i]!));
    if (inside.length === 0) return undefined;
    const users = inside.reduce((sum, key) => sum + this.#coming.get(key)!.users, 0);
    const group = { slot, keys: inside, users };
    this.#groups.add(group);
    return group;
  }

  #keep(key: string, plaintext: Uint8Array, group: Group | undefined): Kept {
    if (!group || !liesIn(group.slot, plaintext)) return this.#keepSmall(key, plaintext);
    const kept = { plaintext, group };
    this.#big.set(key, kept);
    return kept;
  }

  #keepSmall(key: string, plaintext: Uint8Array): Kept {
    const kept = { plaintext, group: undefined };
    this.#small.set(key, kept);
    this.#smallBytes += plaintext.length;
    for (const [oldest, { plaintext: { length } }] of this.#small) {
      if (this.#smallBytes <= SMALL_CHUNKS) break;
      this.#small.delete(oldest);
      this.#ahead.delete(oldest);
      this.#smallBytes -= length;
    }
    return kept;
  }

  /** Gives slots that nobody is about to use to those who wait for one. */
  #handOn(): void {
    while (this.#waiting.length > 0) {
      const slot = this.#oldestSlot();
      if (slot === undefined) return;
      this.#waiting.shift()!(slot);
    }
  }

  /** A slot whose chunks are forgotten with this. */
  #oldestSlot(): Slot | undefined {
    for (const group of this.#groups) {
      if (group.users > 0) continue;
      this.#groups.delete(group);
      for (const key of group.keys) {
        this.#big.delete(key);
        this.#ahead.delete(key);
      }
      return group.slot;
    }
    return undefined;
  }

  #nextSlot(): Promise<Slot> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.slots.give(slot);
  }
}

function isSmall({ size, csize }: ChunkEntry): boolean {
  return csize <= SMALL_OBJECT && size <= SMALL_CHUNK;
}

function liesIn(slot: Slot, result: Unsealed): boolean {
  return result instanceof Uint8Array && result.buffer === slot.shared;
}

function valid(result: Kept | Error): Kept {
  if (result instanceof Error) throw result;
  return result;
}
