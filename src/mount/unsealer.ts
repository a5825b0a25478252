import type { ChunkEntry } from "../archive/item.ts";
import type { Objects } from "../archive/objects.ts";
import { MAX_PLAINTEXT } from "../compression/limits.ts";
import { BorgError, IntegrityError } from "../errors.ts";
import type { FoundObject } from "../repository/repository.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { Slot } from "../workers/slot.ts";
import { DOES_NOT_FIT } from "../workers/unseal.ts";

/** A plaintext, or why there is none. */
export type Unsealed = Uint8Array | Error;

/** Reads chunks, and opens, decompresses and verifies them. */
export class Unsealer {
  constructor(private readonly objects: Objects, private readonly pool: WorkerPool) {}

  /** Does it on this thread. */
  async here({ id }: Pick<ChunkEntry, "id">): Promise<Uint8Array> {
    return this.objects.unseal(id, await this.objects.repository.get(id));
  }

  /** Lets a worker do it. Plaintexts are views of the slot; what does not fit into it has memory of its own. */
  async into(slot: Slot, chunks: readonly ChunkEntry[]): Promise<Unsealed[]> {
    const batch = new Batch(slot, chunks);
    await Promise.all(chunks.map((_, i) => this.#load(batch, i)));
    const results = await this.#open(batch);
    return await Promise.all(results.map((result, i) => isTooLong(result) ? this.#alone(chunks[i]!) : result));
  }

  /** Objects that are at hand are in the slot when this returns; others are all on their way then. */
  async #load(batch: Batch, i: number): Promise<void> {
    try {
      const found = this.objects.repository.find(batch.chunks[i]!.id);
      batch.add(i, found instanceof Promise ? await found : found);
    } catch (error) {
      batch.results[i] = asError(error);
    }
  }

  async #open({ slot, loaded, results }: Batch): Promise<Unsealed[]> {
    const { failures } = await this.pool.run({ kind: "unseal", count: loaded.length, discard: false }, slot);
    for (const [k, output] of slot.outputs(loaded.length).entries()) results[loaded[k]!] = output;
    for (const { position, code, data } of failures) results[loaded[position]!] = new BorgError(code, data);
    return results;
  }

  /** In a slot that is as long as this chunk, of which nothing but the plaintext is kept. */
  async #alone(chunk: ChunkEntry): Promise<Unsealed> {
    try {
      const found = await this.objects.repository.find(chunk.id);
      if (chunk.size > MAX_PLAINTEXT) throw new IntegrityError("An item has too long a chunk");
      const batch = new Batch(Slot.allocate(found.length, chunk.size), [chunk]);
      batch.add(0, found);
      const [result] = await this.#open(batch);
      if (isTooLong(result!)) throw new IntegrityError("A chunk is longer than its file says");
      return result!;
    } catch (error) {
      return asError(error);
    }
  }
}

/** Chunks on their way through a slot. */
class Batch {
  readonly results: Unsealed[] = [];
  /** Which chunk the first object in the slot is of, the second and so on. */
  readonly loaded: number[] = [];
  #end = 0;

  constructor(readonly slot: Slot, readonly chunks: readonly ChunkEntry[]) {}

  /** Puts the object of chunk `i` into the slot. Throws when it does not fit, and what reading throws. */
  add(i: number, object: FoundObject): void {
    const { slot, loaded } = this;
    const end = this.#end + object.length;
    if (end > slot.input.length) throw new BorgError(DOES_NOT_FIT);
    object.copyTo(slot.input.subarray(this.#end, end));
    slot.setId(loaded.length, this.chunks[i]!.id);
    slot.inputLengths[loaded.length] = object.length;
    loaded.push(i);
    this.#end = end;
  }
}

function isTooLong(result: Unsealed): boolean {
  return result instanceof BorgError && result.code === DOES_NOT_FIT;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
