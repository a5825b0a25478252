import type { Item } from "../../archive/item.ts";
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

/** A step under way. */
class Running {
  begun = false;
  failed = false;
  pending: number;

  constructor(readonly step: Step) {
    this.pending = step.chunks?.length ?? 0;
  }

  async attempt(action: () => void | Promise<void>): Promise<void> {
    if (this.failed) return;
    try {
      await action();
    } catch (error) {
      this.failed = true;
      this.step.fail(error);
    }
  }
}

/** Does steps strictly one after the other while the contents of later ones are already being read. */
export class StepQueue {
  readonly #running: Running[] = [];

  constructor(private readonly reader: ChunkReader) {}

  /** Adds a step; earlier ones may be done meanwhile. */
  async add(step: Step): Promise<void> {
    const running = new Running(step);
    this.#running.push(running);
    if (running.pending === 0) return await this.#advance();
    await this.reader.request(step.chunks!.map(({ id, size }) => this.#request(running, id, size)));
  }

  /** Does all steps. */
  async drain(): Promise<void> {
    await this.reader.drain();
    await this.#advance();
  }

  #request(running: Running, id: Uint8Array, size: number): ChunkRequest {
    const { step } = running;
    const settle = async (action: () => void | Promise<void>) => {
      await this.#begin(running);
      await running.attempt(action);
      running.pending--;
      if (running.pending === 0) await this.#advance();
    };
    return {
      id,
      size,
      receive: (plaintext) => settle(() => step.write(plaintext)),
      fail: (error: BorgError) => settle(() => Promise.reject(error)),
    };
  }

  async #begin(running: Running): Promise<void> {
    if (running.begun) return;
    running.begun = true;
    await running.attempt(() => running.step.begin());
  }

  async #advance(): Promise<void> {
    while (this.#running[0]?.pending === 0) {
      const running = this.#running.shift()!;
      await this.#begin(running);
      await running.attempt(() => running.step.end());
    }
  }
}
