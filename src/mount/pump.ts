import { ENDED, type FuseDevice, MINIMUM_READ, NOTHING } from "../platform/fuse/device.ts";
import { yieldToLoop } from "../platform/signals.ts";
import { Doorbell } from "./doorbell.ts";
import { Request } from "./request.ts";

/** Answers requests: at once, or later if that takes work. */
export interface Server {
  /** The request is valid until this returns. Must not throw. */
  handle(request: Request): void;
  /** How many requests are still to be answered. */
  readonly pending: number;
}

/** After so many requests in a row signals and workers get their turn. */
const RUN = 64;

/** How long this thread itself waits for the next request, in milliseconds, as long as nothing else is to be done. */
const LINGER = 2;
/** How often, before it leaves the waiting to the doorbell. */
const LINGERINGS = 10;

/**
 * Brings the requests of the kernel to the server until the file system is unmounted. Measured: a reader that asks one thing
 * after the other is answered in a quarter of the time when this thread lingers in the kernel, compared with a message from
 * another thread for each request.
 */
export class Pump {
  readonly #buffer = new Uint8Array(new ArrayBuffer(16 * MINIMUM_READ));
  readonly #doorbell: Doorbell;

  constructor(private readonly device: FuseDevice, private readonly server: Server) {
    this.#doorbell = new Doorbell(device.descriptor);
  }

  /** Returns whether the file system was unmounted: when it is, or when `stop` is aborted. */
  async run(stop: AbortSignal): Promise<boolean> {
    const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
    try {
      while (!stop.aborted) {
        if (!await this.#drain()) return true;
        await this.#wait(stopped);
      }
      return false;
    } finally {
      await this.#doorbell.close();
    }
  }

  /** Handles what there is; false when the session has ended. */
  async #drain(): Promise<boolean> {
    for (let count = 1;; count++) {
      const length = this.device.receive(this.#buffer);
      if (length === ENDED) return false;
      if (length === NOTHING) return true;
      this.server.handle(new Request(this.#buffer.subarray(0, length)));
      if (count % RUN === 0) await yieldToLoop();
    }
  }

  async #wait(stopped: Promise<void>): Promise<void> {
    await yieldToLoop();
    for (let count = 0; this.server.pending === 0 && count < LINGERINGS; count++) {
      if (this.device.isReady(LINGER)) return;
      await yieldToLoop();
    }
    await Promise.race([this.#doorbell.ring(), stopped]);
  }
}
