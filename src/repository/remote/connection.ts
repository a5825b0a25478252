import { Packer, type Value } from "../../encoding/msgpack.ts";
import { BorgError } from "../../errors.ts";
import { ConnectionBrokenWithHint, ConnectionClosed, ConnectionClosedWithHint, UnexpectedAnswer } from "./errors.ts";
import { errorOf } from "./exceptions.ts";
import { Outbox } from "./outbox.ts";
import { type Layout, type MessageId, type Response, writeNamedRequest, writePositionalRequest } from "./protocol.ts";
import { RateLimit } from "./rate_limit.ts";
import { type Answer, Reply, type ReplyKeeper } from "./reply.ts";
import { type Call, writeRequestHead } from "./request_head.ts";
import { ResponseStream } from "./response_stream.ts";
import type { Transport } from "./transport.ts";

export interface ConnectionOptions {
  /** What the repository is called in errors. */
  readonly location: string;
  /** Bytes a second; 0 = no limit. */
  readonly uploadRate: number;
  readonly downloadRate: number;
  /** Bytes that may wait to be sent. */
  readonly uploadBuffer: number;
  /** Asked again and again while something is waited for; ends that by throwing. */
  readonly checkAbort: () => void;
}

/** Nothing more is read while so many bytes of answers wait to be taken, unless somebody waits for one that is to come. */
const MOST_UNREAD = 32 << 20;

/** How often a wait asks whether it is to end, in milliseconds. */
const ABORT_INTERVAL = 100;

/** How long answers may still come when nothing can be sent any more, in milliseconds. */
const LAST_WORDS = 5000;

const STARTING_HINT = "Is borg working on the server?";

/**
 * Requests and answers over a pipe. Requests go out in the order of the calls, without waiting for answers. Once the
 * connection has failed, everything that is waited for or asked for fails with the same error.
 */
export class Connection implements ReplyKeeper {
  /** Until the server has told its version, messages are positional. */
  layout: Layout = "positional";
  /** Whether waiting is ended when the run is to stop. */
  isInterruptible = true;
  readonly #outbox: Outbox;
  readonly #packer = new Packer();
  readonly #replies = new Map<MessageId, Reply>();
  readonly #waiting = new Set<(error: unknown) => void>();
  readonly #download: RateLimit;
  readonly #timer: ReturnType<typeof setInterval>;
  #lastId = 0;
  #unread = 0;
  #resume: (() => void) | undefined;
  #failure: BorgError | undefined;
  /** Why nothing can be sent any more. */
  #broken: BorgError | undefined;
  /** Nothing is wanted any more: answers are read and dropped. */
  #closing = false;
  readonly #received: Promise<void>;

  constructor(private readonly transport: Transport, private readonly options: ConnectionOptions) {
    this.#download = new RateLimit(options.downloadRate);
    this.#outbox = new Outbox({
      write: (bytes) => transport.write(bytes),
      limit: new RateLimit(options.uploadRate),
      capacity: options.uploadBuffer,
      onFailure: (error) => this.#break(error),
    });
    this.#timer = setInterval(() => this.#checkAbort(), ABORT_INTERVAL);
    this.#received = this.#receive();
  }

  /** Whether the server can still be asked. */
  get isAlive(): boolean {
    return this.#failure === undefined && !this.#closing;
  }

  /** Number of requests that have not been answered. */
  get outstanding(): number {
    return this.#replies.size;
  }

  /**
   * Sends a request. Whoever calls this often waits for `room` as well.
   *
   * @param note takes the answer when it comes, in place of somebody who waits for it
   */
  request({ method, args }: Call, note?: (answer: Answer) => void): Reply {
    const id = ++this.#lastId;
    if (this.layout === "named") writeNamedRequest(this.#packer, { id, method, args });
    else writePositionalRequest(this.#packer, { id, method, args: args.map(([, value]) => value) });
    return this.#post(id, note);
  }

  /** As `request`, with a last argument that may be large: it is copied once. */
  requestWithBody(call: Call, name: string, body: Uint8Array, note: (answer: Answer) => void): void {
    const id = ++this.#lastId;
    writeRequestHead(this.#packer, this.layout, { id, ...call }, name, body.length);
    this.#post(id, note, body);
  }

  /** Settles when there is room for more requests. */
  async room(): Promise<void> {
    await this.#outbox.room();
    if (this.#failure) throw this.#failure;
  }

  /** Sends a request and waits for its answer. */
  call(call: Call): Promise<Value> {
    return this.request(call).take();
  }

  /** No more requests: the server ends when it has answered the last one. Settles when it has closed its output. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    this.#stopWaiting(new ConnectionClosed());
    this.#proceed();
    this.transport.endInput();
    await this.#received;
  }

  waitFor(reject: (error: unknown) => void): () => void {
    this.#waiting.add(reject);
    this.#proceed();
    return () => this.#waiting.delete(reject);
  }

  taken(bytes: number): void {
    this.#unread -= bytes;
    this.#proceed();
  }

  #post(id: MessageId, note?: (answer: Answer) => void, body?: Uint8Array): Reply {
    const reply = new Reply(this, note);
    const message = this.#packer.view();
    this.#packer.reset();
    if (this.#failure) {
      reply.settle({ error: this.#failure });
      return reply;
    }
    this.#replies.set(id, reply);
    this.#outbox.append(message);
    if (body) this.#outbox.append(body);
    this.#proceed();
    return reply;
  }

  /** Reads until the end, whatever happens: a server must be able to get rid of its answers to come to its end. */
  async #receive(): Promise<void> {
    const stream = new ResponseStream();
    for await (const part of this.transport.read()) {
      if (this.#failure || this.#closing) continue;
      await this.#download.pass(part.length);
      try {
        for (const response of stream.feed(part)) this.#dispatch(response);
      } catch (error) {
        if (!(error instanceof BorgError)) throw error;
        this.#fail(error);
      }
      await this.#demand();
    }
    this.#fail(this.#endOf(stream));
  }

  #endOf(stream: ResponseStream): BorgError {
    if (this.#broken) return this.#broken;
    if (this.#lastId <= 1) return new ConnectionClosedWithHint(STARTING_HINT);
    const cause = stream.isInside ? new Error("the connection ended within an answer") : undefined;
    return new ConnectionClosed(cause && { cause });
  }

  #dispatch(response: Response): void {
    const reply = this.#replies.get(response.id);
    if (!reply) throw new UnexpectedAnswer(`an answer to a request that is not waiting for any (${response.id})`);
    this.#replies.delete(response.id);
    reply.settle(this.#answerOf(response));
    this.#unread += reply.size;
  }

  #answerOf(response: Response): Answer {
    if ("result" in response) return response;
    return { error: errorOf(response.failure, this.options.location) };
  }

  /** Waits while more has been received than is wanted for now. */
  async #demand(): Promise<void> {
    while (this.#isFull()) await new Promise<void>((resolve) => (this.#resume = resolve));
  }

  /** A server that cannot get rid of its answers reads no requests: then they must be received whatever they need. */
  #isFull(): boolean {
    return this.#unread > MOST_UNREAD && this.#waiting.size === 0 && !this.#outbox.isBusy && this.isAlive;
  }

  #proceed(): void {
    if (this.#isFull()) return;
    this.#resume?.();
    this.#resume = undefined;
  }

  /** What the server has still to say tells more than that nothing can be sent to it. */
  #break(cause: unknown): void {
    const starting = this.#lastId <= 1;
    const error = starting
      ? new ConnectionClosedWithHint(STARTING_HINT, { cause })
      : new ConnectionBrokenWithHint("Broken pipe", { cause });
    this.#broken = error;
    this.#proceed();
    const timer = setTimeout(() => this.#fail(error), LAST_WORDS);
    void this.#received.then(() => clearTimeout(timer));
  }

  #fail(error: BorgError): void {
    this.#failure ??= error;
    for (const reply of this.#replies.values()) reply.settle({ error: this.#failure });
    this.#replies.clear();
    clearInterval(this.#timer);
    this.#outbox.stop();
    this.#proceed();
  }

  #checkAbort(): void {
    if (!this.isInterruptible || this.#waiting.size === 0) return;
    try {
      this.options.checkAbort();
    } catch (error) {
      this.#stopWaiting(error);
    }
  }

  #stopWaiting(error: unknown): void {
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}
