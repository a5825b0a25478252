import type { ChunkEntry, Item } from "../../archive/item.ts";
import type { BorgError } from "../../errors.ts";
import type { ChunkReader, ChunkRequest } from "../chunk_reader.ts";

/** What happens with one item, in the order of the archive. All of it may throw problems of that item. */
export interface Step {
  /** The chunks that are wanted, with their plaintext lengths; none for most items. */
  readonly chunks: Item["chunks"];
  /** Everything before this step has been done. */
  begin(): void | Promise<void>;
  /** The next chunk's contents. */
  write(plaintext: Uint8Array): void | Promise<void>;
  /** All contents have come. */
  end(): void | Promise<void>;
  /** A chunk could not be had, or one of the functions above threw; nothing else is called afterwards. */
  fail(error: unknown): void;
}

/** So many steps may wait for a chunk that comes before them: an archive may hold a million empty files behind one. */
const MOST = 1 << 14;

/**
 * Does steps strictly one after the other while the contents of later ones are already being read. Promises are made only
 * where a step or the reader gives one.
 */
export class StepQueue {
  /** Steps that are not done yet, from `#first` on. */
  #running: Running[] = [];
  #first = 0;

  constructor(private readonly reader: ChunkReader) {}

  /** Adds a step; earlier ones may be done meanwhile. When this gives a promise, it must settle before the next call. */
  add(step: Step): void | Promise<void> {
    const running = new Running(step);
    this.#running.push(running);
    if (running.pending === 0) return this.#running.length - this.#first > MOST ? this.drain() : this.advance();
    return this.reader.request(step.chunks!.map((chunk) => new Wanted(this, running, chunk)));
  }

  /** Does all steps. */
  async drain(): Promise<void> {
    await this.reader.drain();
    await this.advance();
  }

  /** Ends the steps that wait for nothing any more, up to the first that does. */
  advance(): void | Promise<void> {
    for (let running = this.#running[this.#first]; running?.pending === 0; running = this.#running[this.#first]) {
      this.#first++;
      const ended = running.end();
      if (ended) return ended.then(() => this.advance());
    }
    this.#dropDone();
  }

  #dropDone(): void {
    if (2 * this.#first < this.#running.length) return;
    this.#running = this.#running.slice(this.#first);
    this.#first = 0;
  }
}

/** A step under way. */
class Running {
  /** Chunks that are still to come. */
  pending: number;
  #begun = false;
  #failed = false;

  constructor(private readonly step: Step) {
    this.pending = step.chunks?.length ?? 0;
  }

  write(plaintext: Uint8Array): void | Promise<void> {
    return this.#attempt(() => this.step.write(plaintext));
  }

  fail(error: BorgError): void | Promise<void> {
    return this.#attempt(() => {
      throw error;
    });
  }

  end(): void | Promise<void> {
    return this.#attempt(() => this.step.end());
  }

  /** Does something that comes after the beginning. */
  #attempt(action: () => void | Promise<void>): void | Promise<void> {
    if (this.#begun) return this.#try(action);
    this.#begun = true;
    const begun = this.#try(() => this.step.begin());
    return begun ? begun.then(() => this.#try(action)) : this.#try(action);
  }

  #try(action: () => void | Promise<void>): void | Promise<void> {
    if (this.#failed) return;
    try {
      const done = action();
      if (done) return done.catch((error) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.step.fail(error);
  }
}

/** A chunk that a step wants. */
class Wanted implements ChunkRequest {
  readonly id: Uint8Array;
  readonly size: number;

  constructor(private readonly queue: StepQueue, private readonly running: Running, { id, size }: ChunkEntry) {
    this.id = id;
    this.size = size;
  }

  receive(plaintext: Uint8Array): void | Promise<void> {
    return this.#settle(this.running.write(plaintext));
  }

  fail(error: BorgError): void | Promise<void> {
    return this.#settle(this.running.fail(error));
  }

  #settle(done: void | Promise<void>): void | Promise<void> {
    if (done) return done.then(() => this.#settle());
    this.running.pending--;
    return this.queue.advance();
  }
}
