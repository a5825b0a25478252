import type { TarOutput } from "./output.ts";

/** So much is written at once. */
const ROOM = 1 << 20;
/** Longer pieces are not copied. */
const LONG = 1 << 18;

/** Gathers the small pieces of which tar files are made, so that they are written many at a time. */
export class Gathered {
  readonly #room = new Uint8Array(ROOM);
  #length = 0;
  #total = 0;

  constructor(private readonly output: TarOutput) {}

  /** Bytes that came in so far. */
  get total(): number {
    return this.#total;
  }

  /** The bytes are not needed any more when it returns, or when its promise settles: before the next call. */
  write(bytes: Uint8Array): void | Promise<void> {
    this.#total += bytes.length;
    if (bytes.length > LONG || this.#length + bytes.length > ROOM) return this.#writeOn(bytes);
    this.#room.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  async flush(): Promise<void> {
    const gathered = this.#room.subarray(0, this.#length);
    this.#length = 0;
    if (gathered.length > 0) await this.output.write(gathered);
  }

  async #writeOn(bytes: Uint8Array): Promise<void> {
    await this.flush();
    if (bytes.length > LONG) return await this.output.write(bytes);
    this.#room.set(bytes);
    this.#length = bytes.length;
  }
}
