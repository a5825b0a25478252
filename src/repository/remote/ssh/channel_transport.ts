import { Buffer } from "node:buffer";
import type { Client, ClientChannel } from "./ssh2.d.ts";
import { ConnectionLost, type Exit, type Transport } from "../transport.ts";
import type { Configuration } from "./configuration.ts";
import type { LineQueue } from "./line_queue.ts";
import { problemOf } from "./login.ts";

const STATUS_WHEN_LOST = 255;

/** A program that runs at the other end of an SSH connection. */
export class ChannelTransport implements Transport {
  readonly exited: Promise<Exit>;
  readonly #channel: ClientChannel;
  readonly #clients: readonly Client[];
  readonly #lines: LineQueue;
  #open = true;
  #ended = false;
  #wake = () => {};
  #refuse: (error: ConnectionLost) => void = () => {};

  /** @param clients the connections to the hosts on the way, the last of which has the channel */
  constructor(channel: ClientChannel, clients: readonly Client[], lines: LineQueue, configuration: Configuration) {
    this.#channel = channel;
    this.#clients = clients;
    this.#lines = lines;
    this.exited = new Promise((resolve) => this.#listen(configuration, resolve));
  }

  #listen({ hostName, port }: Configuration, exit: (exit: Exit) => void): void {
    const channel = this.#channel;
    let end: Exit = { status: STATUS_WHEN_LOST };
    channel.on("exit", (status: number | null, signal?: string) => {
      end = status === null ? { ...(signal === undefined ? {} : { signal }) } : { status };
    });
    const closed = () => {
      this.#open = false;
      this.#ended = true;
      this.#wake();
      this.#refuse(new ConnectionLost());
      this.#lines.end();
      exit(end);
    };
    channel.on("readable", () => this.#wake());
    channel.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    channel.stderr.on("data", (bytes: Uint8Array) => this.#lines.add(bytes));
    channel.on("close", closed);
    const client = this.#clients.at(-1)!;
    client.on("error", (error) => this.#lines.say(problemOf(error, hostName, port)));
    client.on("close", closed);
  }

  /** Bytes come in as they are asked for: what is not read fills the window, and the other end waits. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes: Uint8Array | null = this.#channel.read();
      if (bytes !== null) yield bytes;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  errors(): AsyncIterable<Uint8Array> {
    return this.#lines.read();
  }

  /** ssh2 calls back when it has sent everything, which takes as long as the window of the other end is full. */
  write(bytes: Uint8Array): Promise<void> {
    if (!this.#open) return Promise.reject(new ConnectionLost());
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Promise((resolve, reject) => {
      this.#refuse = reject;
      this.#channel.write(view, (error) => error ? reject(new ConnectionLost()) : resolve());
    });
  }

  endInput(): void {
    if (this.#open) this.#channel.end();
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    if (signal === "SIGTERM") this.#channel.close();
    else this.dispose();
  }

  dispose(): void {
    for (const client of this.#clients.toReversed()) client.end();
    this.#channel.destroy();
  }
}
