import type { ChunkEntry } from "../archive/item.ts";
import { toHex } from "../encoding/bytes.ts";
import { Slot, SLOT_CHUNKS } from "../workers/slot.ts";
import { SLOT_INPUT, Slots } from "../workers/slots.ts";
import type { Unsealed, Unsealer } from "./unsealer.ts";

/** Chunks that are opened together, in one slot. */
interface Group {
  readonly chunks: ReadonlyMap<string, ChunkEntry>;
  /** Undefined as long as it waits for one. */
  slot: Slot | undefined;
  /** How many wait for something of it or are about to use it: the slot is not given to other chunks before they have. */
  users: number;
  /** Whether it was put on its way before anybody asked for something of it, and nobody has asked yet. */
  isAhead: boolean;
}

interface Kept {
  readonly plaintext: Uint8Array;
  /** What it lies in; undefined when it has memory of its own. */
  readonly group: Group | undefined;
}

interface Coming {
  readonly kept: Promise<Kept>;
  readonly group: Group | undefined;
}

/** Objects of up to this many bytes are opened by this thread when they are asked for: a message to a worker takes longer. */
const SMALL_OBJECT = 32 * 1024;
const SMALL_CHUNK = 512 * 1024;
/** The most bytes of chunks with memory of their own that are kept, the last one not counted. */
const SMALL_CHUNKS = 16 << 20;
/** What objects may be longer than their plaintexts: their envelopes, and what compression adds to noise. */
const OVERHEAD = 256 * 1024;
/** Slots that are kept for what was asked for: chunks that a reader is just leaving, and those that it has come to. */
const IN_USE = 2;

/**
 * Plaintext chunks: reads, verifies and remembers them; the least recently used are forgotten first. What workers have opened
 * stays in the shared memory that it came in. Measured: copied into memory of their own, the page faults of 2 MiB take longer
 * than decryption.
 */
export class ChunkCache {
  /**
   * The most bytes of chunks that are opened together, unless one alone has more. With BLAKE2b, two are hashed side by side,
   * and the last of a group is alone for the rest of its way: of two chunks of 3 MiB that is half of the time, of 16 MiB in
   * six chunks less than a tenth.
   */
  static readonly GROUP = 16 << 20;

  readonly #small = new Map<string, Kept>();
  readonly #big = new Map<string, Kept>();
  /** What is in slots, the least recently used first. */
  readonly #groups = new Set<Group>();
  readonly #coming = new Map<string, Coming>();
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #smallBytes = 0;
  /** Groups that are ahead. */
  #aheadCount = 0;

  /**
   * @param slots see `slotsFor`
   * @param longest the most bytes of a group of chunks
   */
  constructor(
    private readonly unsealer: Pick<Unsealer, "here" | "into">,
    private readonly slots: Slots,
    private readonly longest = ChunkCache.GROUP,
  ) {}

  /**
   * Slots of no more than is needed here: the runtime takes all that they could hold for used, and lets garbage grow in
   * proportion. Longer chunks get longer ones in their place.
   */
  static slotsFor(count: number): Slots {
    return new Slots(count, ChunkCache.GROUP + OVERHEAD, ChunkCache.GROUP);
  }

  /**
   * Hands the plaintext to `action`, which may look at it only until it returns. Throws ObjectNotFound and what unsealing
   * throws.
   */
  async use(chunk: ChunkEntry, action: (plaintext: Uint8Array) => void): Promise<void> {
    const key = toHex(chunk.id);
    const known = this.#touch(key);
    if (known) return action(known.plaintext);
    if (!this.#coming.has(key)) this.#fetch(key, chunk);
    const { kept, group } = this.#coming.get(key)!;
    if (group) this.#reach(group).users++;
    try {
      action((await kept).plaintext);
    } finally {
      if (group) group.users--;
      this.#handOn();
    }
  }

  /**
   * Puts the first group of chunks on its way of those that will be wanted soon, if there is room for it beside what is in use
   * or was put on its way before. Whoever then asks for one is told if that fails.
   *
   * @param isEnd whether no more of them will follow: otherwise a group waits until it is full
   */
  prefetch(chunks: readonly ChunkEntry[], isEnd: boolean): void {
    if (this.#waiting.length > 0 || this.#aheadCount >= this.slots.limit - IN_USE) return;
    const next = this.#nextGroup(chunks, isEnd);
    const slot = next.size > 0 ? this.slots.take() ?? this.#oldestSlot((group) => !group.isAhead) : undefined;
    if (slot === undefined) return;
    this.#aheadCount++;
    this.#open({ chunks: next, slot, users: 0, isAhead: true });
  }

  #nextGroup(chunks: readonly ChunkEntry[], isEnd: boolean): Map<string, ChunkEntry> {
    const group = new Map<string, ChunkEntry>();
    let [size, csize] = [0, 0];
    for (const chunk of chunks) {
      const key = toHex(chunk.id);
      if (group.has(key) || !this.#isMissing(key)) continue;
      size += chunk.size;
      csize += chunk.csize;
      const isFull = Math.max(size, csize) > this.longest || group.size === SLOT_CHUNKS;
      if (isFull && group.size > 0) return group;
      group.set(key, chunk);
    }
    return isEnd ? group : new Map();
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
      this.#groups.add(this.#reach(big.group));
    }
    return big;
  }

  /** A group of which something is asked for is ahead no more. */
  #reach(group: Group): Group {
    if (group.isAhead) this.#aheadCount--;
    group.isAhead = false;
    return group;
  }

  /** Somebody waits for a chunk that is not here. */
  #fetch(key: string, chunk: ChunkEntry): void {
    if (isSmall(chunk)) return this.#announce(key, this.#openHere(key, chunk), undefined);
    const slot = this.slots.take() ?? this.#oldestSlot((group) => !group.isAhead) ?? this.#oldestSlot(() => true);
    const group = { chunks: new Map([[key, chunk]]), slot, users: 0, isAhead: false };
    this.#open(group);
  }

  #announce(key: string, kept: Promise<Kept>, group: Group | undefined): void {
    kept.catch(() => {}); // whoever waits for it gets the error from `kept` itself
    this.#coming.set(key, { kept, group });
  }

  async #openHere(key: string, chunk: ChunkEntry): Promise<Kept> {
    try {
      return this.#keepSmall(key, await this.unsealer.here(chunk));
    } finally {
      this.#coming.delete(key);
    }
  }

  #open(group: Group): void {
    const opened = this.#openAll(group);
    for (const [i, key] of [...group.chunks.keys()].entries()) {
      this.#announce(key, opened.then((all) => valid(all[i]!)), group);
    }
  }

  async #openAll(group: Group): Promise<(Kept | Error)[]> {
    const keys = [...group.chunks.keys()];
    const chunks = [...group.chunks.values()];
    group.slot = withRoom(group.slot ?? await this.#nextSlot(), chunks);
    let isWanted = false;
    try {
      const results = await this.unsealer.into(group.slot, chunks);
      isWanted = results.some((result) => liesIn(group.slot!, result));
      return results.map((result, i) => result instanceof Error ? result : this.#keep(keys[i]!, result, group));
    } finally {
      for (const key of keys) this.#coming.delete(key);
      if (isWanted) this.#groups.add(group);
      else this.#giveBack(this.#reach(group).slot!);
      this.#handOn();
    }
  }

  #keep(key: string, plaintext: Uint8Array, group: Group): Kept {
    if (!liesIn(group.slot!, plaintext)) return this.#keepSmall(key, plaintext);
    const kept = { plaintext, group };
    this.#big.set(key, kept);
    return kept;
  }

  #keepSmall(key: string, plaintext: Uint8Array): Kept {
    const kept = { plaintext, group: undefined };
    this.#small.set(key, kept);
    this.#smallBytes += plaintext.length;
    for (const [oldest, { plaintext: { length } }] of this.#small) {
      if (this.#smallBytes <= SMALL_CHUNKS || oldest === key) break;
      this.#small.delete(oldest);
      this.#smallBytes -= length;
    }
    return kept;
  }

  /** Gives slots that nobody is about to use to those who wait for one. */
  #handOn(): void {
    while (this.#waiting.length > 0) {
      const slot = this.#oldestSlot(() => true);
      if (slot === undefined) return;
      this.#waiting.shift()!(slot);
    }
  }

  /** The slot of a group that nobody is about to use, whose chunks are forgotten with this. */
  #oldestSlot(isChoice: (group: Group) => boolean): Slot | undefined {
    for (const group of this.#groups) {
      if (group.users > 0 || !isChoice(group)) continue;
      this.#groups.delete(this.#reach(group));
      for (const key of group.chunks.keys()) this.#big.delete(key);
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

/** The slot, or a longer one in its place, as long as chunks say that they are; not longer than chunks can be. */
function withRoom(slot: Slot, chunks: readonly ChunkEntry[]): Slot {
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
  const csize = chunks.reduce((sum, chunk) => sum + chunk.csize, OVERHEAD);
  const { input, output } = slot;
  if ((size <= output.length && csize <= input.length) || Math.max(size, csize) > SLOT_INPUT) return slot;
  return Slot.allocate(Math.max(csize, input.length), Math.max(size, output.length));
}

function liesIn(slot: Slot, result: Unsealed): boolean {
  return result instanceof Uint8Array && result.buffer === slot.shared;
}

function valid(result: Kept | Error): Kept {
  if (result instanceof Error) throw result;
  return result;
}
