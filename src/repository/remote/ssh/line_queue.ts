import { Buffer } from "node:buffer";

/** Bytes that are said now and read later, in their order. */
export class LineQueue {
  #parts: Uint8Array[] = [];
  #ended = false;
  #wake = () => {};

  say(...lines: readonly string[]): void {
    if (lines.length > 0) this.add(Buffer.from(`${lines.join("\n")}\n`));
  }

  add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const part = this.#parts.shift();
      if (part) yield part;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
