import { yieldToLoop } from "../../platform/signals.ts";

/** Signals wait no longer than this for their handlers, in milliseconds. */
const LONGEST = 50;

/** For loops that may go on for long without ever waiting: lets signals and other work in now and then. */
export class Pace {
  #last = performance.now();

  async keep(): Promise<void> {
    const now = performance.now();
    if (now - this.#last < LONGEST) return;
    this.#last = now;
    await yieldToLoop();
  }
}
