import { type Kernels, sharedKernels } from "./kernels.ts";
import { HEAP, LANE_LAST, LANE_SIZE, LANE_SOURCE, LANE_STEP, LANES, PIECE } from "./layout.ts";

export const BLAKE2B_LENGTH = 32;

/** The parts one after the other; a 128-byte key is simply the first part (format reference 6.2). */
export type Message = readonly Uint8Array[];

const BLOCK = 128;
/** So few messages are begun with the longest first: what is left at the end has nothing beside it. */
const FEW = 64;

/** One of the two messages that an instance has under way, and the piece of it that lies in the instance's memory. */
class Lane {
  /** Blocks that may be compressed before the next `advance`; 0 = no message. */
  ready = 0;
  readonly #kernels: Kernels;
  readonly #buffer: number;
  #message: Message = [];
  #result = new Uint8Array(0);
  #part = 0;
  #offset = 0;
  /** Bytes of the message that are not in the buffer yet. */
  #left = 0;
  #source = 0;
  #end = 0;
  #last = false;

  constructor(kernels: Kernels, readonly number: number) {
    this.#kernels = kernels;
    this.#buffer = HEAP + number * PIECE;
  }

  /** Takes a message; its digest is put in `result` when the last block has been compressed. */
  begin(message: Message, result: Uint8Array<ArrayBuffer>): void {
    this.#message = message;
    this.#result = result;
    this.#part = 0;
    this.#offset = 0;
    this.#left = lengthOf(message);
    this.#last = false;
    this.#kernels.run.blake2bStart(this.number);
    this.#fill();
    this.#prepare();
  }

  /** `blocks` blocks have been compressed. */
  advance(blocks: number): void {
    this.ready -= blocks;
    this.#source += blocks * BLOCK;
    if (this.ready > 0) return this.#write(LANE_SOURCE, this.#source);
    if (this.#last) return this.#finish();
    if (this.#left > 0) this.#fill();
    this.#prepare();
  }

  #fill(): void {
    this.#source = this.#end = this.#buffer;
    let room = PIECE;
    while (room > 0 && this.#left > 0) {
      const part = this.#message[this.#part] ?? new Uint8Array(0);
      const piece = part.subarray(this.#offset, this.#offset + room);
      this.#kernels.bytes.set(piece, this.#end);
      this.#end += piece.length;
      this.#left -= piece.length;
      room -= piece.length;
      this.#offset += piece.length;
      if (this.#offset < part.length) continue;
      this.#part++;
      this.#offset = 0;
    }
  }

  /** The blocks in the buffer are next; the message's last one goes alone, as it is counted and marked differently. */
  #prepare(): void {
    const held = this.#end - this.#source;
    const blocks = this.#left > 0 ? held / BLOCK : Math.max(Math.ceil(held / BLOCK) - 1, 0);
    this.#last = blocks === 0;
    if (this.#last) this.#kernels.bytes.fill(0, this.#end, this.#source + BLOCK);
    this.ready = this.#last ? 1 : blocks;
    this.#write(LANE_STEP, this.#last ? held : BLOCK);
    this.#write(LANE_LAST, this.#last ? -1 : 0);
    this.#write(LANE_LAST + 4, this.#last ? -1 : 0);
    this.#write(LANE_SOURCE, this.#source);
  }

  #finish(): void {
    const state = LANES + this.number * LANE_SIZE;
    this.#result.set(this.#kernels.bytes.subarray(state, state + BLAKE2B_LENGTH));
  }

  #write(field: number, value: number): void {
    this.#kernels.words[(LANES + this.number * LANE_SIZE + field) / 4] = value;
  }
}

/** BLAKE2b with 32 bytes of result, without key, salt or personalisation. */
export class Blake2b {
  readonly #kernels: Kernels;
  readonly #first: Lane;
  readonly #second: Lane;

  constructor(kernels: Kernels = sharedKernels()) {
    this.#kernels = kernels;
    this.#first = new Lane(kernels, 0);
    this.#second = new Lane(kernels, 1);
  }

  digest(prefix: Uint8Array | undefined, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(BLAKE2B_LENGTH);
    this.#first.begin(prefix ? [prefix, ...parts] : parts, result);
    this.#runAlone(this.#first);
    return result;
  }

  /**
   * Digests `messages[i]` into the first 32 bytes of `results[i]`, two messages side by side as long as there are two:
   * per message that is 1.6 times as fast as `digest`.
   */
  digestAll(messages: readonly Message[], results: readonly Uint8Array<ArrayBuffer>[]): void {
    if (messages.length !== results.length) throw new RangeError("as many results as messages are needed");
    const first = this.#first;
    const second = this.#second;
    const order = beginOrder(messages);
    let next = 0;
    const supply = (lane: Lane): void => {
      const index = order[next++] ?? messages.length;
      const message = messages[index];
      const result = results[index];
      if (message && result) lane.begin(message, result);
    };
    supply(first);
    supply(second);
    while (first.ready > 0 && second.ready > 0) {
      this.#runBoth(Math.min(first.ready, second.ready));
      if (first.ready === 0) supply(first);
      if (second.ready === 0) supply(second);
    }
    this.#runAlone(first);
    this.#runAlone(second);
  }

  #runBoth(blocks: number): void {
    this.#kernels.run.blake2bPair(blocks);
    this.#first.advance(blocks);
    this.#second.advance(blocks);
  }

  #runAlone(lane: Lane): void {
    while (lane.ready > 0) {
      const blocks = lane.ready;
      this.#kernels.run.blake2bSingle(lane.number, blocks);
      lane.advance(blocks);
    }
  }
}

function beginOrder(messages: readonly Message[]): number[] {
  const order = messages.map((_, i) => i);
  if (messages.length > FEW) return order;
  const lengths = messages.map(lengthOf);
  return order.sort((a, b) => lengths[b]! - lengths[a]!);
}

function lengthOf(message: Message): number {
  return message.reduce((sum, part) => sum + part.length, 0);
}
