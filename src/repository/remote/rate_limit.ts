import { sleep } from "../../platform/sleep.ts";

/** How finely a limit is spread over time, in milliseconds. */
const SLICE = 100;

/** How a limit sees time; milliseconds. */
export interface Time {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const REAL_TIME: Time = { now: () => performance.now(), sleep };

/** Keeps a stream of bytes below so many a second. */
export class RateLimit {
  /** The moment at which everything that has passed is paid for. */
  #paid = 0;

  /** @param rate bytes a second; 0 = no limit */
  constructor(private readonly rate: number, private readonly time: Time = REAL_TIME) {}

  /** The most bytes that should pass at a time. */
  get portion(): number {
    return this.rate === 0 ? Infinity : Math.max(1, Math.floor((this.rate * SLICE) / 1000));
  }

  /** Settles when `count` bytes may pass. */
  async pass(count: number): Promise<void> {
    if (this.rate === 0) return;
    const now = this.time.now();
    const wait = this.#paid - now;
    this.#paid = Math.max(this.#paid, now) + (count * 1000) / this.rate;
    if (wait > 0) await this.time.sleep(wait);
  }
}
