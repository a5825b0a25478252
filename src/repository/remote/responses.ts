import { type Encodable, Packer } from "../../encoding/msgpack.ts";
import { release } from "../../encoding/release.ts";
import type { Failure } from "./failure.ts";
import { type Layout, type MessageId, writeFailure, writeResultHead } from "./protocol.ts";

/** Objects of this size and more go out as they are; smaller ones are gathered. */
const LARGE = 64 * 1024;
/** So many bytes are sent without waiting for more. */
const ENOUGH = 256 * 1024;

/** Sends responses: small ones together, and one piece while the next is being made. */
export class Responses {
  #gathered = new Packer(ENOUGH);
  #spare = new Packer(ENOUGH);
  #sending: Promise<void> = Promise.resolve();

  /** @param write settles when the bytes are not needed any more */
  constructor(private readonly write: (bytes: Uint8Array) => Promise<void>) {}

  /** @param value if it is an array of bytes, its memory is given up */
  async result(layout: Layout, id: MessageId, value: Encodable): Promise<void> {
    writeResultHead(this.#gathered, layout, id);
    if (value instanceof Uint8Array && value.length >= LARGE) return await this.#large(value);
    this.#gathered.value(value);
    await this.#flushIfEnough();
  }

  async failure(layout: Layout, id: MessageId, failure: Failure): Promise<void> {
    writeFailure(this.#gathered, layout, id, failure);
    await this.#flushIfEnough();
  }

  /** Begins to send what was gathered. Throws what became of earlier pieces. */
  async flush(): Promise<void> {
    if (this.#gathered.length === 0) return;
    await this.#sending;
    const packer = this.#gathered;
    this.#gathered = this.#spare;
    this.#spare = packer.length > 4 * ENOUGH ? new Packer(ENOUGH) : packer;
    this.#begin(packer.view(), () => packer.reset());
  }

  /** Waits until everything has been sent. */
  async drain(): Promise<void> {
    await this.flush();
    await this.#sending;
  }

  async #large(bytes: Uint8Array): Promise<void> {
    this.#gathered.rawHeader(bytes.length);
    await this.flush();
    await this.#sending;
    this.#begin(bytes, () => release(bytes));
  }

  async #flushIfEnough(): Promise<void> {
    if (this.#gathered.length >= ENOUGH) await this.flush();
  }

  #begin(bytes: Uint8Array, done: () => void): void {
    this.#sending = this.write(bytes).then(done);
    this.#sending.catch(() => {}); // heard by whoever waits for it next
  }
}
