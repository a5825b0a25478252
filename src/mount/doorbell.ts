import { Worker } from "node:worker_threads";
import { ARMED, type DoorbellSetup, STOPPED } from "./doorbell_state.ts";

/** Written like this it is found in the executable too (scripts/build.ts). */
const SCRIPT = new URL("./doorbell_thread.ts", import.meta.url);

/**
 * Tells when a descriptor can be read, without making this thread wait for it: another one waits, which neither runtime does
 * by itself for devices.
 */
export class Doorbell {
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  readonly #thread: Worker;
  #ring: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;

  constructor(descriptor: number) {
    const setup: DoorbellSetup = { descriptor, state: this.#state.buffer as SharedArrayBuffer };
    this.#thread = new Worker(SCRIPT, { workerData: setup });
    this.#thread.on("message", () => this.#ring?.resolve());
    this.#thread.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
  }

  /** Settles when there is something to read; one call at a time. */
  ring(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#ring = Promise.withResolvers();
    this.#set(ARMED);
    return this.#ring.promise;
  }

  async close(): Promise<void> {
    this.#set(STOPPED);
    await this.#thread.terminate();
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#ring?.reject(error);
  }

  #set(state: number): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
  }
}
