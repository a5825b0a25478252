import { write } from "./file.ts";
import { enlargePipe, makeNonBlocking } from "./pipe_mode.ts";
import { poll } from "./poll.ts";
import { yieldToLoop } from "./signals.ts";
import { SystemError } from "./system_error.ts";

/** So much a pipe takes without waiting once it says that it takes anything. */
const CERTAIN = 4096;
/** Longest time in which signals are not heard, in milliseconds. */
const SIGNAL_INTERVAL = 50;

/** The writing end of a pipe or socket. Signals are heard even though nobody reads at the other end. */
export class Outgoing {
  readonly #restore: (() => void) | undefined;
  /** Most bytes of one call. */
  readonly #most: number;

  constructor(private readonly descriptor: number, private readonly signal: AbortSignal) {
    enlargePipe(descriptor);
    this.#restore = makeNonBlocking(descriptor);
    this.#most = this.#restore ? Infinity : CERTAIN;
  }

  /** Writes everything. Throws a SystemError, and the signal's reason once it is aborted while nobody reads. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      if (poll(this.descriptor, "writable", SIGNAL_INTERVAL)) done += this.#writeSome(bytes, done);
      else {
        await yieldToLoop();
        this.signal.throwIfAborted();
      }
    }
  }

  /** Leaves the descriptor as it was. */
  close(): void {
    this.#restore?.();
  }

  #writeSome(bytes: Uint8Array, start: number): number {
    try {
      return write(this.descriptor, bytes.subarray(start, start + this.#most));
    } catch (error) {
      if (error instanceof SystemError && error.code === "EAGAIN") return 0;
      throw error;
    }
  }
}
