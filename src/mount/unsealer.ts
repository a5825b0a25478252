import type { ChunkEntry } from "../archive/item.ts";
import type { Objects } from "../archive/objects.ts";
import { release } from "../encoding/release.ts";
import { BorgError } from "../errors.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { Slot } from "../workers/slot.ts";
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
    const failures = await this.#load(slot, chunks);
    const job = { kind: "unseal", count: chunks.length, discard: false } as const;
    const result = await this.pool.run(job, slot);
    for (const { position, code, data } of result.failures) failures[position] ??= new BorgError(code, data);
    const outputs = slot.outputs(chunks.length);
    return await Promise.all(chunks.map(async (chunk, i) => {
      const failure = failures[i];
      if (failure === undefined) return outputs[i]!;
      return isTooLong(failure) ? await attempt(() => this.here(chunk)) : failure;
    }));
  }

  /** Reads the objects into the slot; gives what cannot be read or does not fit. */
  async #load(slot: Slot, chunks: readonly ChunkEntry[]): Promise<(Error | undefined)[]> {
    const failures: (Error | undefined)[] = [];
    let end = 0;
    for (const [i, { id }] of chunks.entries()) {
      const object = await attempt(() => this.objects.repository.get(id));
      const fits = object instanceof Uint8Array && end + object.length <= slot.input.length;
      slot.setId(i, id);
      slot.inputLengths[i] = fits ? object.length : 0;
      failures.push(fits ? undefined : object instanceof Error ? object : new BorgError(DOES_NOT_FIT));
      if (!fits) continue;
      slot.input.set(object, end);
      end += object.length;
      release(object);
    }
    return failures;
  }
}

function isTooLong(failure: Error): boolean {
  return failure instanceof BorgError && failure.code === DOES_NOT_FIT;
}

async function attempt(action: () => Promise<Uint8Array>): Promise<Unsealed> {
  try {
    return await action();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}
