import type { Objects } from "../archive/objects.ts";
import { release } from "../encoding/release.ts";
import { BorgError, IntegrityError } from "../errors.ts";
import { ObjectNotFound } from "../repository/errors.ts";
import type { Repository } from "../repository/repository.ts";
import { type Batch, Batches } from "../workers/batches.ts";
import type { JobResult } from "../workers/jobs.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { SLOT_OUTPUT, type Slots } from "../workers/slots.ts";
import { DOES_NOT_FIT } from "../workers/unseal.ts";

/** What is needed to read chunks. */
export interface ChunkSource {
  readonly repository: Repository;
  readonly objects: Objects;
  readonly pool: WorkerPool;
}

/** A chunk that is wanted, and who wants it. */
export interface ChunkRequest {
  readonly id: Uint8Array;
  /** Plaintext length as far as it is known; 0 when it is not wanted, only verified. */
  readonly size: number;
  /** Called in the order of the requests. The plaintext is a view that is valid until the promise settles. */
  receive(plaintext: Uint8Array): Promise<void>;
  /** Called instead when the object is missing or damaged. */
  fail(error: BorgError): Promise<void>;
}

/** A request under way; `missing` when there was nothing to send to a worker. */
interface Fetched {
  readonly request: ChunkRequest;
  readonly missing: BorgError | undefined;
}

const NOTHING = new Uint8Array(0);

/** So many requests wait for later ones to be announced before they are met: a distant repository is asked for all of them. */
const AHEAD = 1000;

/** Reads, opens, decompresses and verifies chunks with all workers, and hands them over in the order of the requests. */
export class ChunkReader {
  readonly #batches: Batches<Fetched>;
  #waiting: ChunkRequest[] = [];

  /** @param verifyOnly plaintexts are not wanted: every `receive` gets an empty one */
  constructor(private readonly source: ChunkSource, slots: Slots, verifyOnly = false) {
    this.#batches = new Batches(
      source.pool,
      slots,
      ({ chunks }) => Promise.resolve({ kind: "unseal", count: chunks.length, discard: verifyOnly }),
      (batch, result) => this.#deliver(batch, result),
    );
  }

  /** Announces the stored objects of `requests`. May read and deliver earlier ones. */
  async request(requests: readonly ChunkRequest[]): Promise<void> {
    this.source.repository.preload(requests.map(({ id }) => id));
    for (const request of requests) this.#waiting.push(request);
    if (this.#waiting.length >= 2 * AHEAD) await this.#read(this.#waiting.length - AHEAD);
  }

  /** Delivers everything that was requested. */
  async drain(): Promise<void> {
    await this.#read(this.#waiting.length);
    await this.#batches.drain();
  }

  /** Forgets what is under way. */
  abandon(): Promise<void> {
    this.#waiting = [];
    return this.#batches.abandon();
  }

  /** Reads the stored objects of the oldest requests and puts them on their way. */
  async #read(count: number): Promise<void> {
    const requests = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const request of requests) await this.#add(request);
  }

  async #add(request: ChunkRequest): Promise<void> {
    const found = await this.#fetch(request.id);
    const object = found instanceof BorgError ? NOTHING : found;
    const { length } = object;
    const size = Math.min(request.size, SLOT_OUTPUT);
    (await this.#batches.room(length, size)).set(object);
    release(object);
    const { slot, chunks } = this.#batches.filling;
    slot.setId(chunks.length, request.id);
    const missing = found instanceof BorgError ? found : undefined;
    await this.#batches.commit(length, size, { request, missing });
  }

  async #fetch(id: Uint8Array): Promise<Uint8Array | BorgError> {
    try {
      return await this.source.repository.get(id);
    } catch (error) {
      if (error instanceof ObjectNotFound || error instanceof IntegrityError) return error;
      throw error;
    }
  }

  async #deliver({ slot, chunks }: Batch<Fetched>, { failures }: JobResult): Promise<void> {
    const failed = new Map(failures.map((failure) => [failure.position, failure]));
    let offset = 0;
    for (const [i, { request, missing }] of chunks.entries()) {
      const plaintext = slot.output.subarray(offset, offset + slot.outputLengths[i]!);
      offset += plaintext.length;
      const failure = failed.get(i);
      if (missing) await request.fail(missing);
      else if (failure?.code === DOES_NOT_FIT) await request.receive(await this.source.objects.read(request.id));
      else if (failure) await request.fail(new BorgError(failure.code, failure.data));
      else await request.receive(plaintext);
    }
  }
}
