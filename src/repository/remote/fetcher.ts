import { toHex } from "../../encoding/bytes.ts";
import type { Value } from "../../encoding/msgpack.ts";
import type { Connection } from "./connection.ts";
import { UnexpectedAnswer } from "./errors.ts";
import type { Reply } from "./reply.ts";
import type { Call } from "./request_head.ts";

/** So many bytes of objects are asked for ahead, as far as one can tell from those before. */
const AHEAD = 32 << 20;

const FEWEST_AHEAD = 16;
const MOST_AHEAD = 1000;

/** What an object is taken to be long before any has come. */
const FIRST_GUESS = 1 << 20;

/** How much a new object counts for what is expected of the next. */
const WEIGHT = 1 / 16;

/**
 * Asks for objects before they are needed, so that a distant server is never waited for object by object. How many requests
 * are out depends on how large the objects are that come.
 */
export class Fetcher {
  readonly #announced: Uint8Array[] = [];
  #next = 0;
  /** Replies to requests for announced objects that have not been taken, by the object's id; each list in order. */
  readonly #ahead = new Map<string, Reply[]>();
  #aheadCount = 0;
  #expectedSize = FIRST_GUESS;

  /** @param callFor the call that gets an object */
  constructor(private readonly connection: Connection, private readonly callFor: (id: Uint8Array) => Call) {}

  /** These will be asked for, in this order. */
  announce(ids: Iterable<Uint8Array>): void {
    for (const id of ids) this.#announced.push(id.slice());
    this.#askAhead();
  }

  get(id: Uint8Array): Promise<Uint8Array> {
    return this.#take(this.#request(id));
  }

  async *getMany(ids: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const iterator = ids[Symbol.iterator]();
    const replies: Reply[] = [];
    try {
      for (;;) {
        for (let next = this.#nextOf(iterator, replies); next; next = this.#nextOf(iterator, replies)) {
          replies.push(this.#request(next));
        }
        const reply = replies.shift();
        if (!reply) return;
        yield await this.#take(reply);
      }
    } finally {
      for (const reply of replies) reply.abandon();
    }
  }

  #nextOf(iterator: Iterator<Uint8Array>, { length }: readonly Reply[]): Uint8Array | undefined {
    if (length >= this.#window) return undefined;
    const { done, value } = iterator.next();
    return done ? undefined : value;
  }

  /** How many requests may be out. */
  get #window(): number {
    return Math.max(FEWEST_AHEAD, Math.min(MOST_AHEAD, Math.floor(AHEAD / this.#expectedSize)));
  }

  #askAhead(): void {
    while (this.#aheadCount < this.#window && this.#next < this.#announced.length) {
      const id = this.#announced[this.#next++]!;
      const key = toHex(id);
      const reply = this.connection.request(this.callFor(id));
      const others = this.#ahead.get(key);
      if (others) others.push(reply);
      else this.#ahead.set(key, [reply]);
      this.#aheadCount++;
    }
    this.#forgetAsked();
  }

  #forgetAsked(): void {
    if (this.#next < MOST_AHEAD && this.#next < this.#announced.length) return;
    this.#announced.splice(0, this.#next);
    this.#next = 0;
  }

  /** The reply to a request that was sent ahead, or else to one that is sent now. */
  #request(id: Uint8Array): Reply {
    const key = toHex(id);
    const replies = this.#ahead.get(key);
    const reply = replies?.shift();
    if (!reply) return this.#requestNow(id, key);
    if (replies!.length === 0) this.#ahead.delete(key);
    this.#aheadCount--;
    this.#askAhead();
    return reply;
  }

  #requestNow(id: Uint8Array, key: string): Reply {
    const announced = this.#announced[this.#next];
    if (announced && toHex(announced) === key) this.#next++; // its turn has come before there was room to ask ahead
    return this.connection.request(this.callFor(id));
  }

  async #take(reply: Reply): Promise<Uint8Array> {
    const bytes = ownBytes(await reply.take());
    this.#expectedSize += (bytes.length - this.#expectedSize) * WEIGHT;
    return bytes;
  }
}

/** The bytes of an answer, in memory of their own. */
function ownBytes(value: Value): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new UnexpectedAnswer("an object that is no bytes");
  return value.byteLength === value.buffer.byteLength ? value : value.slice();
}
