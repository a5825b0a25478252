import { type Encodable, Float64, type Value } from "../../encoding/msgpack.ts";
import { release } from "../../encoding/release.ts";
import { IntegrityError } from "../../errors.ts";
import {
  type CheckOptions,
  type CommitOptions,
  type FoundObject,
  ID_LENGTH,
  MAX_DATA_SIZE,
  type Repository,
} from "../repository.ts";
import { VERSION } from "../version.ts";
import { Background } from "./background.ts";
import { Connection } from "./connection.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { Fetcher } from "./fetcher.ts";
import type { MethodName } from "./methods.ts";
import { layoutOf, negotiatedVersion, negotiationValue } from "./protocol.ts";
import { readServerLog, type ServerListener } from "./server_log.ts";
import { callFor } from "./server_rules.ts";
import { endTransport, within } from "./shutdown.ts";
import type { Transport } from "./transport.ts";
import type { Version } from "./versions.ts";

/** What a server is asked to open, and how. */
export interface RemoteOpening {
  /** As it is sent (format reference 10.8). */
  readonly path: string;
  readonly lock: "none" | "shared" | "exclusive";
  /** Seconds; undefined = for ever. */
  readonly lockWait: number | undefined;
  /** Makes the repository first. */
  readonly create?: { readonly appendOnly: boolean; readonly makeParentDirs: boolean };
}

/** How a server is spoken to. */
export interface RemoteOptions {
  /** What the repository is called in errors. */
  readonly location: string;
  /** Bytes a second; 0 = no limit. */
  readonly uploadRate: number;
  readonly downloadRate: number;
  /** Bytes that may wait to be sent. */
  readonly uploadBuffer: number;
  readonly listener: ServerListener;
  /** Asked again and again while an answer is waited for; ends the wait by throwing. */
  readonly checkAbort: () => void;
}

/** How long a server may take to forget a transaction, in milliseconds. */
const ROLLBACK_TIME = 30_000;

/** Ids are asked for at most this many at a time: an answer of 3.5 MB. */
const LIST_PAGE = 100_000;

/** A repository that is reached through a server (format reference 10). */
export class RemoteRepository implements Repository {
  readonly #background: Background;
  readonly #fetcher: Fetcher;
  #id = new Uint8Array(ID_LENGTH);
  #isChanged = false;
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly transport: Transport,
    private readonly connection: Connection,
    private readonly log: Promise<void>,
    readonly version: Version,
  ) {
    this.#background = new Background(connection);
    this.#fetcher = new Fetcher(connection, (id) => callFor(version, "get", { id }));
  }

  /** Opens a repository. The transport is this object's from here on, even if that fails. */
  static async open(transport: Transport, opening: RemoteOpening, options: RemoteOptions): Promise<RemoteRepository> {
    const repository = await RemoteRepository.greet(transport, options);
    try {
      await repository.#open(opening);
      return repository;
    } catch (error) {
      await repository.close();
      throw error;
    }
  }

  /** Learns a server's version and opens nothing: there is nothing that the result could be asked. */
  static async greet(transport: Transport, options: RemoteOptions): Promise<RemoteRepository> {
    const log = readServerLog(transport.errors(), options.listener);
    const connection = new Connection(transport, options);
    try {
      const call = { method: "negotiate", args: [["client_data", negotiationValue("client", VERSION)]] } as const;
      const version = negotiatedVersion("server", await connection.call(call));
      connection.layout = layoutOf(version);
      return new RemoteRepository(transport, connection, log, version);
    } catch (error) {
      await endTransport(transport, connection, log);
      throw error;
    }
  }

  get id(): Uint8Array {
    return this.#id;
  }

  async get(id: Uint8Array): Promise<Uint8Array> {
    demandId(id);
    return await this.#fetcher.get(id);
  }

  async find(id: Uint8Array): Promise<FoundObject> {
    const object = await this.get(id);
    return { length: object.length, copyTo: (target) => handOver(object, target) };
  }

  getMany(ids: Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.#fetcher.getMany(ids);
  }

  preload(ids: Iterable<Uint8Array>): void {
    this.#fetcher.announce(ids);
  }

  async put(id: Uint8Array, data: Uint8Array): Promise<void> {
    demandId(id);
    if (data.length > MAX_DATA_SIZE) {
      throw new IntegrityError(`More than allowed put data [${data.length} > ${MAX_DATA_SIZE}]`);
    }
    this.#isChanged = true;
    const call = { method: "put", args: [["id", id]] } as const;
    this.connection.requestWithBody(call, "data", data, this.#background.expect());
    await this.#goOn();
  }

  async delete(id: Uint8Array): Promise<void> {
    demandId(id);
    this.#isChanged = true;
    this.connection.request(callFor(this.version, "delete", { id }), this.#background.expect());
    await this.#goOn();
  }

  settle(): Promise<void> {
    return this.#background.settle();
  }

  async list(limit = Infinity, marker?: Uint8Array): Promise<Uint8Array[]> {
    const found: Uint8Array[] = [];
    while (found.length < limit) {
      const wanted = Math.min(LIST_PAGE, limit - found.length);
      const page = idsOf(await this.#call("list", { limit: wanted, marker: found.at(-1) ?? marker ?? null }));
      for (const id of page) found.push(id);
      if (page.length < wanted) break;
    }
    return found;
  }

  async scan(limit: number, marker?: Uint8Array): Promise<Uint8Array[]> {
    if (limit < 1) throw new RangeError(`a scan of ${limit} objects`);
    return idsOf(await this.#call("scan", { limit, marker: marker ?? null }));
  }

  async count(): Promise<number> {
    const count = await this.#call("__len__");
    return typeof count === "number" ? count : unexpected("a number of objects");
  }

  /** A server is not bothered with nothing: BorgBackup's fail at it. */
  async commit({ compact = false, threshold = 0.1, cleanupCommits = false }: CommitOptions = {}): Promise<void> {
    await this.settle();
    if (!this.#isChanged && !compact) return;
    const options = { compact, threshold: new Float64(threshold), cleanup_commits: cleanupCommits };
    await this.#call("commit", { save_space: false, ...options });
    this.#isChanged = false;
  }

  async rollback(): Promise<void> {
    await this.#call("rollback");
    await this.#background.settle().catch(() => {}); // what was not done does not matter any more
    this.#isChanged = false;
  }

  async destroy(): Promise<void> {
    await this.#call("destroy");
    this.#isChanged = false;
  }

  async check({ repair = false, maxDuration = 0 }: CheckOptions = {}): Promise<boolean> {
    const sound = await this.#call("check", { repair, save_space: false, max_duration: maxDuration });
    return typeof sound === "boolean" ? sound : unexpected("the result of a check");
  }

  async loadKey(): Promise<Uint8Array> {
    const blob = await this.#call("load_key");
    return blob instanceof Uint8Array ? blob : unexpected("a key");
  }

  async saveKey(blob: Uint8Array): Promise<void> {
    await this.#call("save_key", { keydata: blob });
  }

  async getFreeNonce(): Promise<bigint | undefined> {
    const nonce = await this.#call("get_free_nonce");
    if (nonce === null) return undefined;
    return typeof nonce === "number" || typeof nonce === "bigint" ? BigInt(nonce) : unexpected("a nonce");
  }

  async commitNonceReservation(next: bigint, expected: bigint | undefined): Promise<void> {
    await this.#call("commit_nonce_reservation", { next_unreserved: next, start_nonce: expected ?? null });
  }

  async breakLock(): Promise<void> {
    await this.#call("break_lock");
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #open({ path, lock, lockWait, create }: RemoteOpening): Promise<void> {
    const id = await this.#call("open", {
      path,
      create: create !== undefined,
      lock_wait: lockWait ?? null,
      lock: lock !== "none",
      exclusive: lock === "exclusive",
      append_only: create?.appendOnly ?? false,
      make_parent_dirs: create?.makeParentDirs ?? false,
    });
    this.#id = id instanceof Uint8Array && id.length === ID_LENGTH ? id.slice() : unexpected("a repository's id");
  }

  async #call(method: MethodName, args: Readonly<Record<string, Encodable>> = {}): Promise<Value> {
    return await this.connection.call(callFor(this.version, method, args));
  }

  /** Waits until more may be sent; throws what an earlier request has failed with. */
  async #goOn(): Promise<void> {
    await this.connection.room();
    this.#background.throwFailure();
  }

  async #close(): Promise<void> {
    this.connection.isInterruptible = false;
    if (this.#isChanged && this.connection.isAlive) {
      // Whatever comes of it, the server forgets the transaction when the connection ends.
      await within(ROLLBACK_TIME, this.rollback().catch(() => {}));
    }
    await endTransport(this.transport, this.connection, this.log);
  }
}

function demandId(id: Uint8Array): void {
  if (id.length !== ID_LENGTH) throw new RangeError(`an id of ${id.length} bytes`);
}

function idsOf(value: Value): Uint8Array[] {
  const isList = Array.isArray(value) && value.every((id) => id instanceof Uint8Array && id.length === ID_LENGTH);
  return isList ? value as Uint8Array[] : unexpected("a list of ids");
}

function unexpected(what: string): never {
  throw new UnexpectedAnswer(`no answer to a request for ${what}`);
}

/** The object is not used afterwards. */
function handOver(object: Uint8Array, target: Uint8Array): void {
  target.set(object);
  release(object);
}
