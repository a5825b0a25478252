import { encodeText } from "../encoding/path.ts";
import type { Output } from "./context.ts";

const CAPACITY = 65536;

/** An output that collects small writes, so that a long listing does not take a system call for each line. */
export class BufferedOutput implements Output {
  readonly #buffer = new Uint8Array(CAPACITY);
  #length = 0;

  /** @param collects false: everything is handed on at once, for terminals */
  constructor(readonly deliver: (bytes: Uint8Array) => void, readonly collects: boolean) {}

  write(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? encodeText(data) : data;
    if (this.#length + bytes.length > CAPACITY) this.flush();
    if (bytes.length > CAPACITY || !this.collects) return this.deliver(bytes);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  flush(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) this.deliver(this.#buffer.subarray(0, length));
  }
}
