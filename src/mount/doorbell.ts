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
  #rings: (() => void) | undefined;
  #fails: ((error: Error) => void) | undefined;

  constructor(descriptor: number) {
    const setup: DoorbellSetup = { descriptor, state: this.#state.buffer as SharedArrayBuffer };
    this.#thread = new Worker(SCRIPT, { workerData: setup });
    this.#thread.on("message", () => this.#rings?.());
    this.#thread.on("error", (error) => this.#fails?.(error instanceof Error ? error : new Error(String(error))));
  }

  /** Settles when there is something to read; one call at a time. */
  ring(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rings = resolve;
      this.#fails = reject;
      this.#set(ARMED);
    });
  }

  async close(): Promise<void> {
    this.#set(STOPPED);
    await this.#thread.terminate();
  }

  #set(state: number): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
  }
}
