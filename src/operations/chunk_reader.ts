import type { Objects } from "../archive/objects.ts";
import { BorgError, IntegrityError } from "../errors.ts";
import { ObjectNotFound } from "../repository/errors.ts";
import type { FoundObject, Repository } from "../repository/repository.ts";
import { type Batch, Batches } from "../workers/batches.ts";
import type { ChunkFailure, JobResult } from "../workers/jobs.ts";
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
  /** Called in the order of the requests. The plaintext is a view that is valid until it returns, or its promise settles. */
  receive(plaintext: Uint8Array): void | Promise<void>;
  /** Called instead when the object is missing or damaged. */
  fail(error: BorgError): void | Promise<void>;
}

/** A request for which there was nothing to send to a worker. */
class Missing {
  constructor(readonly request: ChunkRequest, readonly error: BorgError) {}
}

/** What a batch remembers of each chunk. */
type Fetched = ChunkRequest | Missing;

/** So many requests wait for later ones to be announced before they are met: a distant repository is asked for all of them. */
const AHEAD = 1000;

/**
 * Reads, opens, decompresses and verifies chunks with all workers, and hands them over in the order of the requests. Promises
 * are made for whole batches only: for each of many small chunks they would cost more than all else.
 */
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

  /** Announces the stored objects of `requests`. May read and deliver earlier ones, and then gives a promise. */
  request(requests: readonly ChunkRequest[]): Promise<void> | undefined {
    this.source.repository.preload(requests.map(({ id }) => id));
    for (const request of requests) this.#waiting.push(request);
    return this.#waiting.length >= 2 * AHEAD ? this.#read(this.#waiting.length - AHEAD) : undefined;
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
    for (const request of requests) {
      const added = this.#add(request);
      if (added) await added;
    }
  }

  #add(request: ChunkRequest): Promise<void> | undefined {
    const found = this.#find(request.id);
    return found instanceof Promise ? found.then((found) => this.#send(request, found)) : this.#send(request, found);
  }

  /** The stored object, or why there is none. */
  #find(id: Uint8Array): FoundObject | BorgError | Promise<FoundObject | BorgError> {
    try {
      const found = this.source.repository.find(id);
      return found instanceof Promise ? found.catch(forgiven) : found;
    } catch (error) {
      return forgiven(error);
    }
  }

  #send(request: ChunkRequest, found: FoundObject | BorgError): Promise<void> | undefined {
    const length = found instanceof BorgError ? 0 : found.length;
    const room = this.#batches.room(length, outputOf(request));
    if (room instanceof Promise) return room.then((room) => this.#fill(room, request, found));
    return this.#fill(room, request, found);
  }

  #fill(room: Uint8Array, request: ChunkRequest, found: FoundObject | BorgError): Promise<void> | undefined {
    const problem = found instanceof BorgError ? found : copy(found, room);
    const { slot, chunks } = this.#batches.filling;
    slot.setId(chunks.length, request.id);
    if (problem) return this.#batches.commit(0, 0, new Missing(request, problem));
    return this.#batches.commit(room.length, outputOf(request), request);
  }

  async #deliver({ slot, chunks }: Batch<Fetched>, { failures }: JobResult): Promise<void> {
    const failed = new Map(failures.map((failure) => [failure.position, failure]));
    let end = 0;
    for (const [i, fetched] of chunks.entries()) {
      const plaintext = slot.output.subarray(end, end += slot.outputLengths[i]!);
      const delivered = this.#handOver(fetched, plaintext, failed.get(i));
      if (delivered) await delivered;
    }
  }

  #handOver(fetched: Fetched, plaintext: Uint8Array, failure: ChunkFailure | undefined): void | Promise<void> {
    if (fetched instanceof Missing) return fetched.request.fail(fetched.error);
    if (failure?.code === DOES_NOT_FIT) return this.#readAlone(fetched);
    return failure ? fetched.fail(new BorgError(failure.code, failure.data)) : fetched.receive(plaintext);
  }

  async #readAlone(request: ChunkRequest): Promise<void> {
    await request.receive(await this.source.objects.read(request.id));
  }
}

function outputOf({ size }: ChunkRequest): number {
  return Math.min(size, SLOT_OUTPUT);
}

/** Reads an object; gives what is wrong when it is damaged. */
function copy(found: FoundObject, target: Uint8Array): BorgError | undefined {
  try {
    found.copyTo(target);
    return undefined;
  } catch (error) {
    return forgiven(error);
  }
}

/** A missing or damaged object concerns only those who want it. */
function forgiven(error: unknown): BorgError {
  if (error instanceof ObjectNotFound || error instanceof IntegrityError) return error;
  throw error;
}
