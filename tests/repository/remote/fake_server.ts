import { type Encodable, encode, Unpacker, type Value } from "../../../src/encoding/msgpack.ts";
import { decodeText } from "../../../src/encoding/path.ts";
import { type RemoteOptions, RemoteRepository } from "../../../src/repository/remote/remote_repository.ts";
import type { ServerListener, ServerMessage, ServerProgress } from "../../../src/repository/remote/server_log.ts";
import { MemoryTransport } from "./pipes.ts";

/** A request that a server has received. */
export interface Received {
  readonly id: number;
  readonly method: string;
  /** By name, or by position from an old client. */
  readonly args: Map<string, Value> | Value[];
}

/** What a test makes of a request: a result, or the fields of a failure, or `undefined` for no answer. */
export type Handler = (request: Received, server: FakeServer) => Encodable | Failing | undefined;

export class Failing {
  constructor(readonly fields: Record<string, Encodable>) {}

  static of(name: string, ...args: Encodable[]): Failing {
    return new Failing({ exception_class: name, exception_args: args });
  }
}

export const REPOSITORY_ID = new Uint8Array(32).fill(7);

/** What a listener heard, as texts. */
export class HeardLines implements ServerListener {
  readonly heard: string[] = [];

  message({ level, logger, text }: ServerMessage): void {
    this.heard.push(`${level} ${logger}: ${text}`);
  }

  progress({ text }: ServerProgress): void {
    this.heard.push(`progress ${text ?? "done"}`);
  }

  line(text: string): void {
    this.heard.push(`line ${text}`);
  }

  unknown(type: string): void {
    this.heard.push(`unknown ${type}`);
  }
}

/** A server that does what a test says. */
export class FakeServer {
  readonly transport = new MemoryTransport();
  readonly received: Received[] = [];
  readonly listener = new HeardLines();
  version: Encodable = new Map([["server_version", [1, 4, 5, -1]]]);

  constructor(private readonly handler: Handler = () => null) {
    void this.#run();
  }

  get methods(): string[] {
    return this.received.map(({ method }) => method);
  }

  options(changes: Partial<RemoteOptions> = {}): RemoteOptions {
    return {
      location: "ssh://host/repo",
      uploadRate: 0,
      downloadRate: 0,
      uploadBuffer: 0,
      listener: this.listener,
      checkAbort: () => {},
      ...changes,
    };
  }

  open(changes: Partial<RemoteOptions> = {}): Promise<RemoteRepository> {
    return RemoteRepository.open(
      this.transport,
      { path: "/repo", lock: "exclusive", lockWait: 1 },
      this.options(changes),
    );
  }

  answer(id: number, result: Encodable): void {
    this.send(encode(new Map<string, Encodable>([["i", id], ["r", result]])));
  }

  send(bytes: Uint8Array): void {
    void this.transport.output.write(bytes);
  }

  async #run(): Promise<void> {
    const unpacker = new Unpacker();
    for await (const part of this.transport.input) {
      unpacker.feed(part);
      for (let value = unpacker.next(); value !== undefined; value = unpacker.next()) this.#take(value);
    }
    this.transport.end();
  }

  #take(value: Value): void {
    const request = requestOf(value);
    this.received.push(request);
    const { id, method } = request;
    if (method === "negotiate") return this.send(encode([1, id, null, this.version]));
    const result = this.handler(request, this);
    if (result instanceof Failing) this.send(encode(new Map(Object.entries({ i: id, ...result.fields }))));
    else if (result !== undefined) this.#give(value, id, method === "open" ? REPOSITORY_ID : result);
  }

  #give(request: Value, id: number, result: Encodable): void {
    if (Array.isArray(request)) this.send(encode([1, id, null, result]));
    else this.answer(id, result);
  }
}

function requestOf(value: Value): Received {
  if (Array.isArray(value)) {
    const [, id, method, args] = value as [number, number, Uint8Array, Value[]];
    return { id, method: decodeText(method), args };
  }
  const fields = value as Map<string, Value>;
  return {
    id: fields.get("i") as number,
    method: decodeText(fields.get("m") as Uint8Array),
    args: fields.get("a") as Map<string, Value>,
  };
}
