import type { ChunkEntry } from "../../archive/item.ts";
import { compress, compressBound } from "../../compression/compress.ts";
import type { Compression } from "../../compression/compression.ts";
import { detectCompression } from "../../compression/decompress.ts";
import { nonceBlocks, open, seal } from "../../crypto/envelope.ts";
import { toHex } from "../../encoding/bytes.ts";
import { release } from "../../encoding/release.ts";
import { BorgError } from "../../errors.ts";
import { type Batch, Batches } from "../../workers/batches.ts";
import type { JobResult, ResealJob } from "../../workers/jobs.ts";
import type { WorkerPool } from "../../workers/pool.ts";
import { reservedBlocks } from "../../workers/reservation.ts";
import { SLOT_INPUT, Slots } from "../../workers/slots.ts";
import { DOES_NOT_FIT } from "../../workers/unseal.ts";
import type { Writable } from "../opening.ts";

/** Which chunks are compressed anew: all, or those that are compressed by another method. */
export type RecompressMode = "if-different" | "always";

/** Hears that a chunk has been stored again; called in the order of the chunks. */
export type Recompressed = () => Promise<void>;

/** A chunk on its way. */
interface Passing {
  readonly id: Uint8Array;
  /** What a worker may find in it at most. */
  readonly limit: number;
  /** It only waits for those before it. */
  readonly isDone: boolean;
  readonly recompressed: Recompressed;
}

type Store = Pick<Writable, "repository" | "objects" | "cache"> & { readonly pool: WorkerPool };

const NOTHING = new Uint8Array(0);

/** Stores chunks again under their ids, compressed in another way, with all workers. Each one once in a run. */
export class Recompression {
  readonly #done = new Set<string>();
  readonly #announced = new Set<string>();
  readonly #batches: Batches<Passing>;

  constructor(
    private readonly store: Store,
    private readonly compression: Compression,
    private readonly mode: RecompressMode,
  ) {
    this.#batches = new Batches(
      store.pool,
      Slots.forSealing(store.pool.size),
      ({ chunks }) => this.#job(chunks),
      (batch, result) => this.#deliver(batch, result),
    );
  }

  /** `apply` will be called with these, in this order. */
  announce(ids: Iterable<Uint8Array>): void {
    const wanted: Uint8Array[] = [];
    for (const id of ids) {
      const key = toHex(id);
      if (this.#done.has(key) || this.#announced.has(key)) continue;
      this.#announced.add(key);
      wanted.push(id);
    }
    this.store.repository.preload(wanted);
  }

  /** May deliver earlier chunks. Throws when one of those, or this one, is missing or damaged. */
  async apply({ id, size }: Pick<ChunkEntry, "id" | "size">, recompressed: Recompressed): Promise<void> {
    const key = toHex(id);
    const isDone = this.#done.has(key);
    this.#done.add(key);
    const object = isDone ? NOTHING : await this.store.repository.get(id);
    const { length } = object;
    const limit = isDone ? 0 : this.#limit(size);
    const bound = this.#bound(limit);
    (await this.#batches.room(length, bound)).set(object);
    release(object);
    const { slot, chunks } = this.#batches.filling;
    slot.setId(chunks.length, id);
    await this.#batches.commit(length, bound, { id, limit, isDone, recompressed });
  }

  /** How much of a chunk that claims to hold `size` bytes a worker may find. */
  #limit(size: number): number {
    return this.#bound(size) <= SLOT_INPUT ? size : 0;
  }

  /** The length of the longest object that so many bytes can become; it goes where the old one was. */
  #bound(size: number): number {
    return compressBound(this.compression, size) + this.store.objects.overhead;
  }

  /** Everything has been stored when this returns. */
  drain(): Promise<void> {
    return this.#batches.drain();
  }

  async #job(chunks: readonly Passing[]): Promise<ResealJob> {
    const sizes = chunks.map(({ limit }) => limit);
    const blocks = sizes.reduce((sum, size) => sum + reservedBlocks(this.compression, size), 0n);
    return {
      kind: "reseal",
      count: chunks.length,
      iv: await this.store.objects.reserveNonces(blocks),
      compression: this.compression,
      sizes,
      ifDifferent: this.mode === "if-different",
    };
  }

  async #deliver({ slot, chunks }: Batch<Passing>, { failures }: JobResult): Promise<void> {
    const failed = new Map(failures.map((failure) => [failure.position, failure]));
    for (const [i, object] of slot.inputs(chunks.length).entries()) {
      const { id, isDone, recompressed } = chunks[i]!;
      const failure = isDone ? undefined : failed.get(i);
      if (failure && failure.code !== DOES_NOT_FIT) throw new BorgError(failure.code, failure.data);
      if (failure) await this.#sealHere(id);
      else if (object.length > 0) await this.#put(id, object);
      await recompressed();
    }
  }

  /** What is larger than the archive says is recompressed by this thread. */
  async #sealHere(id: Uint8Array): Promise<void> {
    const { repository, objects } = this.store;
    const stored = await repository.get(id);
    const payload = compress(this.compression, objects.unseal(id, stored));
    const method = detectCompression(open(objects.material, stored, id));
    if (this.mode === "if-different" && detectCompression(payload) === method) return;
    const iv = await objects.reserveNonces(nonceBlocks(payload.length));
    await this.#put(id, seal(objects.material, iv, payload));
  }

  async #put(id: Uint8Array, object: Uint8Array): Promise<void> {
    const { repository, cache } = this.store;
    await repository.put(id, object);
    cache.chunks.setCsize(id, object.length);
  }
}
