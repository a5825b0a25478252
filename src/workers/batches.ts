import type { Job, JobResult } from "./jobs.ts";
import type { WorkerPool } from "./pool.ts";
import type { Slot } from "./slot.ts";
import { SLOT_CHUNKS } from "./slot.ts";
import { SLOT_INPUT, SLOT_OUTPUT, type Slots } from "./slots.ts";

/**
 * A batch is sent to a worker once it holds this many bytes of input, or may give as many of output. About five chunks of a
 * large file: of two, hashed side by side, the longer one is alone for the rest of its way. With 4 MiB, creating and
 * extracting an image with BLAKE2b took a tenth more of the processors' time.
 */
export const BATCH_BYTES = 12 << 20;

/** All batches together shall not hold much more: with many slots they are smaller. */
const BYTES_TOGETHER = 72 << 20;

/**
 * A batch does not grow beyond this many bytes, unless a single chunk does: what a slot has once held stays in memory. Room
 * for two of the longest chunks.
 */
export const BATCH_LIMIT = 18 << 20;

/** A batch while it is filled and worked on. */
export interface Batch<T> {
  readonly slot: Slot;
  /** What the caller remembers of each chunk. */
  readonly chunks: T[];
  inputBytes: number;
  /** The most bytes that the outputs can take. */
  outputBytes: number;
}

interface Sent<T> {
  readonly batch: Batch<T>;
  readonly result: Promise<JobResult>;
}

/**
 * Chunks go in one after the other, are worked on in batches by all workers, and come out in the same order, whatever the
 * number of workers. What is in flight is bounded by the slots.
 */
export class Batches<T> {
  readonly #sent: Sent<T>[] = [];
  #filling: Batch<T> | undefined;

  /**
   * @param makeJob the job for a full batch; called in order
   * @param deliver takes one finished batch; called in order, never twice at a time; must not call `room` or `drain`
   */
  constructor(
    private readonly pool: WorkerPool,
    private readonly slots: Slots,
    private readonly makeJob: (batch: Batch<T>) => Promise<Job>,
    private readonly deliver: (batch: Batch<T>, result: JobResult) => Promise<void>,
  ) {}

  /**
   * Where the next chunk goes, which has up to `length` bytes and gives up to `outputLength` bytes: at once while the
   * present batch has room. Waits for the oldest batch when all slots are in use.
   */
  room(length: number, outputLength: number): Uint8Array | Promise<Uint8Array> {
    const batch = this.#filling;
    return batch && fits(batch, length, outputLength)
      ? place(batch, length)
      : this.#roomElsewhere(length, outputLength);
  }

  async #roomElsewhere(length: number, outputLength: number): Promise<Uint8Array> {
    if (length > SLOT_INPUT || outputLength > SLOT_OUTPUT) throw new RangeError(`${length} bytes do not fit a slot`);
    await this.flush();
    this.#filling = {
      slot: await this.#slot(Math.max(length, outputLength)),
      chunks: [],
      inputBytes: 0,
      outputBytes: 0,
    };
    return place(this.#filling, length);
  }

  /**
   * The first `length` bytes of the last `room` are a chunk that gives up to `outputLength`; the caller remembers `note`.
   * What this gives must settle before the next call.
   */
  commit(length: number, outputLength: number, note: T): Promise<void> | undefined {
    const batch = this.#filling;
    if (!batch) return Promise.reject(new Error("commit without room"));
    batch.slot.inputLengths[batch.chunks.length] = length;
    batch.chunks.push(note);
    batch.inputBytes += length;
    batch.outputBytes += outputLength;
    const enough = Math.min(BATCH_BYTES, BYTES_TOGETHER / this.slots.limit);
    const isLarge = Math.max(batch.inputBytes, batch.outputBytes) >= enough && batch.chunks.length > 1;
    return isLarge || batch.chunks.length === SLOT_CHUNKS ? this.flush() : undefined;
  }

  /** The batch that is being filled, to set ids in; `room` made it. */
  get filling(): Batch<T> {
    if (!this.#filling) throw new Error("no batch is being filled");
    return this.#filling;
  }

  /** Sends what has been committed to a worker. */
  async flush(): Promise<void> {
    const batch = this.#filling;
    this.#filling = undefined;
    if (!batch) return;
    if (batch.chunks.length === 0) return this.slots.give(batch.slot);
    const result = this.pool.run(await this.#jobFor(batch), batch.slot);
    // The rejection is seen when the batch is delivered; until then it must not count as unhandled.
    result.catch(() => undefined);
    this.#sent.push({ batch, result });
  }

  async #jobFor(batch: Batch<T>): Promise<Job> {
    try {
      return await this.makeJob(batch);
    } catch (error) {
      this.slots.give(batch.slot);
      throw error;
    }
  }

  /** Sends and delivers everything. */
  async drain(): Promise<void> {
    await this.flush();
    while (this.#sent.length > 0) await this.#deliverOldest();
  }

  /** Waits until nothing runs any more and forgets the results: nothing further is delivered. */
  async abandon(): Promise<void> {
    if (this.#filling) this.slots.give(this.#filling.slot);
    this.#filling = undefined;
    const sent = this.#sent.splice(0);
    await Promise.allSettled(sent.map(({ result }) => result));
    for (const { batch } of sent) this.slots.give(batch.slot);
  }

  async #slot(chunk: number): Promise<Slot> {
    for (;;) {
      const slot = this.slots.take(chunk);
      if (slot) return slot;
      if (this.#sent.length === 0) throw new Error("all slots are taken by somebody else");
      await this.#deliverOldest();
    }
  }

  async #deliverOldest(): Promise<void> {
    const { batch, result } = this.#sent.shift()!;
    try {
      await this.deliver(batch, await result);
    } finally {
      this.slots.give(batch.slot);
    }
  }
}

function place({ slot, inputBytes }: Batch<unknown>, length: number): Uint8Array {
  return slot.input.subarray(inputBytes, inputBytes + length);
}

function fits<T>({ slot, chunks, inputBytes, outputBytes }: Batch<T>, length: number, outputLength: number): boolean {
  const input = inputBytes + length;
  const output = outputBytes + outputLength;
  if (input > slot.input.length || output > slot.output.length) return false;
  return chunks.length === 0 || Math.max(input, output) <= BATCH_LIMIT;
}
