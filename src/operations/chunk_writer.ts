import type { ChunkEntry } from "../archive/item.ts";
import { compressBound } from "../compression/compress.ts";
import type { Compression } from "../compression/compression.ts";
import type { ChunkIndex } from "../cache/chunk_index.ts";
import type { Objects } from "../archive/objects.ts";
import type { Repository } from "../repository/repository.ts";
import { type Batch, Batches } from "../workers/batches.ts";
import type { Job } from "../workers/jobs.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { reservedBlocks } from "../workers/reservation.ts";
import type { Slots } from "../workers/slots.ts";
import type { Eventually, Work } from "./eventually.ts";

/** What is needed to store chunks: where, under which key, and what is there already. */
export interface ChunkStore {
  readonly repository: Repository;
  readonly objects: Objects;
  readonly index: ChunkIndex;
  readonly pool: WorkerPool;
}

/** A chunk that is in the repository now and has one more reference. */
export interface StoredChunk extends ChunkEntry {
  /** Whether its object was not there before. */
  readonly isNew: boolean;
}

/** Takes stored chunks, in the order in which they were committed. */
export interface ChunkReceiver {
  /** False once nobody wants the chunks any more: they are not stored then. */
  readonly wanted: boolean;
  /** A promise, where there is one, must settle before the next chunk comes. */
  receive(chunk: StoredChunk): Work;
}

/**
 * So many chunks are sent to a worker, however short they are: what waits with them outlives the collector's quick rounds, and
 * is only found by its rare long ones. With 512, creating `/usr/share` took 60 MiB more.
 */
const CHUNKS_AT_ONCE = 128;

/**
 * Stores chunks: all workers seal, this thread puts new objects into the repository in the order in which their chunks were
 * committed, and counts the references. The index that workers ask is a hint; whether a chunk is new is decided here.
 */
export class ChunkWriter {
  readonly #batches: Batches<ChunkReceiver>;

  constructor(private readonly store: ChunkStore, private readonly compression: Compression, slots: Slots) {
    this.#batches = new Batches(
      store.pool,
      slots,
      (batch) => this.#job(batch),
      (batch) => this.#deliver(batch),
    );
  }

  /** Where the plaintext of a chunk of up to `length` bytes goes. May deliver earlier chunks. */
  room(length: number): Eventually<Uint8Array> {
    return this.#batches.room(length, this.#bound(length));
  }

  /** The first `length` bytes of the last `room` are a chunk for `receiver`. May take time, as `room`. */
  commit(length: number, receiver: ChunkReceiver): Work {
    const work = this.#batches.commit(length, this.#bound(length), receiver);
    return work ?? (this.#batches.filling.chunks.length < CHUNKS_AT_ONCE ? undefined : this.#batches.flush());
  }

  /** Stores and delivers everything that was committed. */
  drain(): Promise<void> {
    return this.#batches.drain();
  }

  /** Forgets what is under way. */
  abandon(): Promise<void> {
    return this.#batches.abandon();
  }

  #bound(length: number): number {
    return compressBound(this.compression, length) + this.store.objects.overhead;
  }

  async #job({ slot, chunks }: Batch<ChunkReceiver>): Promise<Job> {
    let blocks = 0n;
    for (let i = 0; i < chunks.length; i++) blocks += reservedBlocks(this.compression, slot.inputLengths[i]!);
    const { shared } = this.store.index.table;
    return {
      kind: "seal",
      count: chunks.length,
      iv: await this.store.objects.reserveNonces(blocks),
      compression: this.compression,
      index: { shared },
    };
  }

  async #deliver({ slot, chunks }: Batch<ChunkReceiver>): Promise<void> {
    let input = 0;
    let output = 0;
    for (let i = 0; i < chunks.length; i++) {
      const size = slot.inputLengths[i]!;
      const csize = slot.outputLengths[i]!;
      const receiver = chunks[i]!;
      if (receiver.wanted) {
        const id = slot.id(i).slice();
        const known = this.#refer(id, size);
        const stored = known ?? await this.#put(
          id,
          slot.input.subarray(input, input + size),
          slot.output.subarray(output, output + csize),
        );
        const work = receiver.receive(stored);
        if (work) await work;
      }
      input += size;
      output += csize;
    }
  }

  /** Counts one more reference to a chunk that is in the repository; undefined when it is not. */
  #refer(id: Uint8Array, size: number): StoredChunk | undefined {
    const csize = this.store.index.reference(id);
    return csize === undefined ? undefined : { id, size, csize, isNew: false };
  }

  /** `object` is empty when the worker believed that the repository has the chunk. */
  async #put(id: Uint8Array, plaintext: Uint8Array, object: Uint8Array): Promise<StoredChunk> {
    const { index, repository, objects } = this.store;
    const sealed = object.length > 0 ? object : await objects.seal(plaintext, this.compression);
    await repository.put(id, sealed);
    index.add(id, 1, plaintext.length, sealed.length);
    return { id, size: plaintext.length, csize: sealed.length, isNew: true };
  }
}

/** Takes back one reference. An object without references is deleted: gives whether that happened. */
export async function releaseChunk(
  { index, repository }: Pick<ChunkStore, "index" | "repository">,
  id: Uint8Array,
): Promise<boolean> {
  if (index.release(id).refcount > 0) return false;
  await repository.delete(id);
  return true;
}
