import { ConnectionLost, type Exit, type Transport } from "../../../src/repository/remote/transport.ts";

/** Bytes from one side to the other, in the pieces in which they were written. */
export class Pipe implements AsyncIterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #isClosed = false;
  #wake = () => {};
  /** The other side takes nothing more: whoever writes has to wait for ever. */
  isStuck = false;

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed) throw new ConnectionLost("closed");
    if (this.isStuck) await new Promise(() => {});
    this.#pieces.push(bytes.slice());
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece) yield piece;
      else if (this.#isClosed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** A transport whose other end is a test. */
export class MemoryTransport implements Transport {
  /** What the client sends. */
  readonly input = new Pipe();
  readonly output = new Pipe();
  readonly messages = new Pipe();
  readonly signals: string[] = [];
  isDisposed = false;
  #exit: (exit: Exit) => void = () => {};
  readonly exited: Promise<Exit> = new Promise((resolve) => (this.#exit = resolve));

  read(): AsyncIterable<Uint8Array> {
    return this.output;
  }

  errors(): AsyncIterable<Uint8Array> {
    return this.messages;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.input.write(bytes);
  }

  endInput(): void {
    this.input.close();
  }

  kill(signal: string): void {
    this.signals.push(signal);
    this.end({ signal });
  }

  dispose(): void {
    this.isDisposed = true;
    this.end();
  }

  /** The server's process ends. */
  end(exit: Exit = { status: 0 }): void {
    for (const pipe of [this.input, this.output, this.messages]) pipe.close();
    this.#exit(exit);
  }
}
