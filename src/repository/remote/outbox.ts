import type { RateLimit } from "./rate_limit.ts";

/** Bytes are written in pieces of at most this size. */
const PIECE = 1 << 20;

/** What is queued at least, whatever buffer is asked for: enough to write one piece while the next is filled. */
const LEAST_CAPACITY = 2 * PIECE;

/** Empty pieces that are kept to be filled again. */
const SPARE_PIECES = 4;

export interface OutboxOptions {
  /** Sends bytes; they may be overwritten when the promise has settled. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly limit: RateLimit;
  /** How many bytes may wait before those who send more have to wait. */
  readonly capacity: number;
  /** Told once when nothing can be sent any more. */
  readonly onFailure: (error: unknown) => void;
}

interface Piece {
  readonly bytes: Uint8Array;
  length: number;
}

/** What waits to be sent: copied together into pieces, so that small messages travel together. */
export class Outbox {
  readonly #pieces: Piece[] = [];
  readonly #spare: Uint8Array[] = [];
  readonly #capacity: number;
  #waiting: (() => void)[] = [];
  #queued = 0;
  #sending: Promise<void> | undefined;
  #failed = false;

  constructor(private readonly options: OutboxOptions) {
    this.#capacity = Math.max(LEAST_CAPACITY, options.capacity);
  }

  /** Whether something waits to be sent. */
  get isBusy(): boolean {
    return this.#sending !== undefined;
  }

  /** Copies bytes to the end of the queue. They are dropped when nothing can be sent any more. */
  append(bytes: Uint8Array): void {
    if (this.#failed) return;
    for (let done = 0; done < bytes.length;) {
      const piece = this.#open();
      const part = bytes.subarray(done, done + PIECE - piece.length);
      piece.bytes.set(part, piece.length);
      piece.length += part.length;
      done += part.length;
    }
    this.#queued += bytes.length;
    this.#sending ??= this.#send();
  }

  /** Settles when there is room for more. */
  async room(): Promise<void> {
    while (!this.#failed && this.#queued > this.#capacity) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Nothing more is to be sent: drops what waits, and lets go whoever waits. */
  stop(): void {
    this.#failed = true;
    this.#pieces.length = 0;
    this.#queued = 0;
    this.#wake();
  }

  #open(): Piece {
    const last = this.#pieces.at(-1);
    if (last && last.length < PIECE) return last;
    const piece = { bytes: this.#spare.pop() ?? new Uint8Array(PIECE), length: 0 };
    this.#pieces.push(piece);
    return piece;
  }

  async #send(): Promise<void> {
    await Promise.resolve(); // what is appended in the same breath goes along
    try {
      for (let piece = this.#pieces.shift(); piece; piece = this.#pieces.shift()) await this.#sendPiece(piece);
    } catch (error) {
      this.stop();
      this.options.onFailure(error);
    }
    this.#sending = undefined;
  }

  async #sendPiece({ bytes, length }: Piece): Promise<void> {
    const { limit, write } = this.options;
    for (let done = 0; done < length;) {
      const part = bytes.subarray(done, Math.min(length, done + limit.portion));
      await limit.pass(part.length);
      await write(part);
      if (this.#failed) return;
      done += part.length;
      this.#queued -= part.length;
      this.#wake();
    }
    if (this.#spare.length < SPARE_PIECES) this.#spare.push(bytes);
  }

  #wake(): void {
    if (this.#queued > this.#capacity) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
