import { type Encodable, encode, Packer, Unpacker, type Value } from "../../../src/encoding/msgpack.ts";
import type { BorgError } from "../../../src/errors.ts";
import type { Failure } from "../../../src/repository/remote/failure.ts";
import {
  type Layout,
  negotiationValue,
  readResponse,
  type Response,
  writeNamedRequest,
  writePositionalRequest,
} from "../../../src/repository/remote/protocol.ts";
import { RpcServer, type ServerOptions } from "../../../src/repository/remote/server.ts";
import { IDENTITY, Recorder, unsyncedFiles } from "../scratch.ts";

/** Bytes from one side to the other. */
class Pipe implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  #wake: () => void = () => {};
  #ended = false;

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** What a server is told, beside what every test tells it. */
export type Choices =
  & Partial<Omit<ServerOptions, "policy" | "places">>
  & Partial<ServerOptions["policy"]>
  & { cwd?: string; home?: (user?: string) => string | undefined };

/** A conversation with a server in the same process. */
export class Dialogue {
  readonly server: RpcServer;
  /** Settles when the server has ended. */
  readonly ended: Promise<void>;
  readonly listener = new Recorder();
  readonly layouts: Layout[] = [];
  readonly failed: unknown[] = [];
  /** Everything that the server wrote. */
  written = 0;
  #broken: Error | undefined;
  readonly #input = new Pipe();
  readonly #output = new Pipe();
  readonly #responses: AsyncGenerator<Response>;
  #lastId = 0;

  constructor(choices: Choices = {}) {
    const write = (bytes: Uint8Array) => {
      if (this.#broken) return Promise.reject(this.#broken);
      this.written += bytes.length;
      this.#output.push(bytes.slice());
      return Promise.resolve();
    };
    this.server = new RpcServer({ input: this.#input, write }, this.#options(choices));
    this.ended = this.server.run().finally(() => this.#output.end());
    this.ended.catch(() => {});
    this.#responses = responsesOf(this.#output);
  }

  /** Sends the first message of a client of 1.4. */
  async negotiate(): Promise<void> {
    await this.position("negotiate", [negotiationValue("client", [1, 4, 5, -1])]);
  }

  /** Calls by names; gives the result, or throws what the server says as a Refusal. */
  async call(method: string, args: Readonly<Record<string, Encodable>> = {}): Promise<Value> {
    this.request(method, args);
    return await this.answer();
  }

  /** Sends a request by names without waiting. */
  request(method: string, args: Readonly<Record<string, Encodable>> = {}): void {
    const packer = new Packer();
    writeNamedRequest(packer, { id: ++this.#lastId, method, args: Object.entries(args) });
    this.send(packer.take());
  }

  /** Calls by positions. */
  async position(method: string, args: readonly Encodable[]): Promise<Value> {
    const packer = new Packer();
    writePositionalRequest(packer, { id: ++this.#lastId, method, args });
    this.send(packer.take());
    return await this.answer();
  }

  /** The next answer, whatever it belongs to. */
  async next(): Promise<Response> {
    const { value, done } = await this.#responses.next();
    if (done) throw new Error("the server has ended");
    return value;
  }

  async answer(): Promise<Value> {
    const response = await this.next();
    if ("failure" in response) throw new Refusal(response.failure);
    return response.result;
  }

  send(bytes: Uint8Array): void {
    this.#input.push(bytes);
  }

  sendValue(value: Encodable): void {
    this.send(encode(value));
  }

  /** From now on nobody reads what the server writes. */
  breakOutput(error: Error): void {
    this.#broken = error;
  }

  /** No more input; waits for the end of the server. */
  async end(): Promise<void> {
    this.#input.end();
    await this.ended;
  }

  #options(choices: Choices): ServerOptions {
    const { restrictToPaths = [], restrictToRepositories = [], appendOnly = false, storageQuota } = choices;
    const { cwd = "/", home = () => undefined, ...rest } = choices;
    return {
      policy: { restrictToPaths, restrictToRepositories, appendOnly, storageQuota },
      places: { cwd, home },
      identity: IDENTITY,
      listener: this.listener,
      words: { text: (problem: BorgError) => problem.message, systemInformation: () => "a machine" },
      lockWait: 0,
      negotiated: (layout) => void this.layouts.push(layout),
      failed: (problem) => void this.failed.push(problem),
      checkAbort: () => {},
      pace: () => Promise.resolve(),
      files: unsyncedFiles,
      ...rest,
    };
  }
}

/** A server's answer that a call has failed. */
export class Refusal extends Error {
  constructor(readonly failure: Failure) {
    super(failure.exceptionClass);
  }
}

async function* responsesOf(output: Pipe): AsyncGenerator<Response> {
  const unpacker = new Unpacker();
  for await (const bytes of output) {
    unpacker.feed(bytes);
    for (let value = unpacker.next(); value !== undefined; value = unpacker.next()) yield readResponse(value);
  }
}
