/** A signal that ends the program. */
export class Interrupted extends Error {
  constructor(readonly signal: SignalName) {
    super(`received ${signal}`);
    this.name = "Interrupted";
  }
}

export type SignalName = "SIGHUP" | "SIGINT" | "SIGTERM";

/**
 * Turns signals into abort signals. Each aborts `now`, with one exception: when a command has said that it can come to a
 * good end, the first SIGINT aborts `soon` only.
 */
export class Interruption {
  readonly #now = new AbortController();
  readonly #soon = new AbortController();
  #canEndWell = false;

  /** Aborted when work must end here; the reason is an `Interrupted`. */
  get now(): AbortSignal {
    return this.#now.signal;
  }

  /** Aborted when work should come to a good end: a checkpoint is saved. */
  get soon(): AbortSignal {
    return this.#soon.signal;
  }

  /** From here on the first Ctrl-C asks for a good end only. */
  allowGoodEnd(): void {
    this.#canEndWell = true;
  }

  receive(signal: SignalName): void {
    const reason = new Interrupted(signal);
    const soon = signal === "SIGINT" && this.#canEndWell && !this.#soon.signal.aborted;
    (soon ? this.#soon : this.#now).abort(reason);
  }
}
