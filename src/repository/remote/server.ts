import { type Encodable, MsgpackError, Unpacker } from "../../encoding/msgpack.ts";
import { BorgError } from "../../errors.ts";
import type { RepositoryListener } from "../listener.ts";
import type { FileLayer } from "../local/files.ts";
import { type AccessOptions, LocalRepository, type LockMode } from "../local/local_repository.ts";
import type { HostIdentity } from "../locking/holder.ts";
import { VERSION } from "../version.ts";
import { Arguments } from "./arguments.ts";
import { HANDLERS } from "./dispatch.ts";
import { throwInjected } from "./injected.ts";
import { findMethod } from "./methods.ts";
import { assertAllowed, type Policy } from "./policy.ts";
import { failureOf, type Words } from "./problem.ts";
import { type Layout, negotiationValue, readRequest, type Request } from "./protocol.ts";
import { Responses } from "./responses.ts";
import { type Places, resolveServedPath } from "./served_path.ts";
import { InvalidRPCMethod, UnexpectedRPCDataFormatFromClient } from "./server_errors.ts";
import { versionText } from "./versions.ts";

/** The connection to a client. */
export interface ServerStreams {
  /** Pieces of requests; each may be overwritten when the next one is asked for. Throws when the server is to end. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Settles when the bytes are not needed any more; called one after the other. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface ServerOptions {
  readonly policy: Policy;
  readonly places: Places;
  readonly identity: HostIdentity;
  readonly listener: RepositoryListener;
  readonly words: Words;
  /** Seconds to wait for a lock when the client does not say how long; undefined = for ever. */
  readonly lockWait: number | undefined;
  /** The client has said in which layout it speaks; from here on, log lines have the form that belongs to it. */
  negotiated(layout: Layout): void;
  /** A call has failed, and the client is told. */
  failed(problem: unknown, request: Request): void;
  /** Throws when the server is to end; asked while it waits for a lock. */
  checkAbort(): void;
  /** As `checkAbort`, and lets others have their turn; asked often by long work. */
  pace(): Promise<void>;
  readonly files?: FileLayer;
}

/** What the server answers clients of 1.0, which take versions for numbers. */
const OLD_VERSION = 2;

/** Serves one client: a repository of this machine over a pair of streams (format reference 10). */
export class RpcServer {
  readonly #responses: Responses;
  readonly #unpacker = new Unpacker(undefined, true);
  #repository: LocalRepository | undefined;
  #wasReached = false;

  constructor(private readonly streams: ServerStreams, private readonly options: ServerOptions) {
    this.#responses = new Responses((bytes) => streams.write(bytes));
  }

  /** Whether a client has come as far as a repository that it may use, be it that there is none. */
  get wasReached(): boolean {
    return this.#wasReached;
  }

  /**
   * Answers requests, one after the other, until there are no more; the repository is closed then, whatever happens. Throws
   * UnexpectedRPCDataFormatFromClient, and what the streams throw.
   */
  async run(): Promise<void> {
    try {
      for await (const bytes of this.streams.input) {
        await this.#receive(bytes);
        await this.#responses.drain();
      }
    } finally {
      await this.#close();
    }
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    try {
      this.#unpacker.feed(bytes);
      for (let request = this.#next(); request !== undefined; request = this.#next()) await this.#answer(request);
    } catch (error) {
      if (!(error instanceof MsgpackError)) throw error;
      await this.#responses.drain();
      throw new UnexpectedRPCDataFormatFromClient(versionText(VERSION), { cause: error });
    }
  }

  #next(): Request | undefined {
    return this.#unpacker.take(readRequest);
  }

  async #answer(request: Request): Promise<void> {
    const { layout, id } = request;
    let result: Encodable;
    try {
      result = await this.#perform(request);
    } catch (error) {
      this.options.checkAbort();
      this.options.failed(error, request);
      return await this.#responses.failure(layout, id, failureOf(error, this.options.words));
    }
    await this.#responses.result(layout, id, result);
  }

  #perform(request: Request): Encodable | Promise<Encodable> {
    const { method, layout } = request;
    const known = findMethod(method);
    if (known === undefined) throw new InvalidRPCMethod(method);
    const args = Arguments.of(request, known);
    if (method === "negotiate") return this.#negotiate(args);
    if (method === "open") return this.#open(args);
    if (method === "inject_exception" && layout === "named") return this.#inject(args);
    const handler = HANDLERS.get(method);
    if (handler === undefined) throw new InvalidRPCMethod(method);
    if (this.#repository === undefined) throw new BorgError("AssertionError", [`${method} before open`]);
    return handler(this.#repository, args, this.options);
  }

  #negotiate(args: Arguments): Encodable {
    const named = args.value("client_data") instanceof Map;
    this.options.negotiated(named ? "named" : "positional");
    return named ? negotiationValue("server", VERSION) : OLD_VERSION;
  }

  #inject(args: Arguments): null {
    throwInjected(args.text("kind"));
    return null;
  }

  async #open(args: Arguments): Promise<Uint8Array> {
    const { policy, places } = this.options;
    const path = resolveServedPath(args.text("path"), places);
    assertAllowed(path, policy);
    this.#wasReached = true;
    await this.#close();
    this.#repository = args.flag("create", false) ? await this.#create(path, args) : await this.#reopen(path, args);
    return this.#repository.id;
  }

  /** A new repository gives space back unless its client does not want that. */
  #create(path: string, args: Arguments): Promise<LocalRepository> {
    const { storageQuota = 0 } = this.options.policy;
    const appendOnly = args.flag("append_only", false);
    const makeParentDirs = args.flag("make_parent_dirs", false);
    return LocalRepository.create(path, { ...this.#access(args), appendOnly, storageQuota, makeParentDirs });
  }

  #reopen(path: string, args: Arguments): Promise<LocalRepository> {
    const { appendOnly, storageQuota } = this.options.policy;
    return LocalRepository.open(path, {
      ...this.#access(args),
      lock: lockMode(args),
      appendOnly: appendOnly || args.flag("append_only", false),
      ...(storageQuota !== undefined && { storageQuota }),
    });
  }

  #access(args: Arguments): AccessOptions {
    const { identity, listener, checkAbort, files, lockWait } = this.options;
    const asked = args.optional("lock_wait", (name) => args.number(name));
    return {
      lockWait: args.has("lock_wait") ? asked : lockWait,
      checkAbort: () => checkAbort(),
      identity,
      listener,
      ...(files && { files }),
    };
  }

  async #close(): Promise<void> {
    const repository = this.#repository;
    this.#repository = undefined;
    await repository?.close();
  }
}

/** Clients that do not say what they want to do get a lock that becomes exclusive when they write. */
function lockMode(args: Arguments): LockMode {
  if (!args.flag("lock", true)) return "none";
  const exclusive = args.optional("exclusive", (name) => args.flag(name, false));
  if (exclusive === undefined) return "onWrite";
  return exclusive ? "exclusive" : "shared";
}
