// deno-lint-ignore-file require-await -- the contract is asynchronous
import { fromHex, toHex } from "../../src/encoding/bytes.ts";
import { IntegrityError } from "../../src/errors.ts";
import { NonceError, ObjectNotFound } from "../../src/repository/errors.ts";
import { type FoundObject, MAX_DATA_SIZE, type Repository } from "../../src/repository/repository.ts";
import { VERSION } from "../../src/repository/version.ts";

/** A store in memory with the contract of the real ones, for tests of what is built upon a store. */
export class MemoryRepository implements Repository {
  readonly version = VERSION;
  /** The objects by hex id, in the order in which they were stored. */
  #objects = new Map<string, Uint8Array>();
  #committed = new Map<string, Uint8Array>();
  #key: Uint8Array = new Uint8Array(0);
  #nonce: bigint | undefined;

  constructor(readonly id: Uint8Array = new Uint8Array(32).fill(7)) {}

  async get(id: Uint8Array): Promise<Uint8Array> {
    return this.#find(id).slice();
  }

  find(id: Uint8Array): FoundObject {
    const data = this.#find(id);
    return { length: data.length, copyTo: (target) => target.set(data) };
  }

  async *getMany(ids: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (const id of ids) yield await this.get(id);
  }

  preload(): void {}

  async put(id: Uint8Array, data: Uint8Array): Promise<void> {
    demandId(id);
    if (data.length > MAX_DATA_SIZE) throw new IntegrityError("More than allowed put data");
    this.#objects.delete(toHex(id));
    this.#objects.set(toHex(id), data.slice());
  }

  async delete(id: Uint8Array): Promise<void> {
    this.#find(id);
    this.#objects.delete(toHex(id));
  }

  async settle(): Promise<void> {}

  async list(limit = Infinity, marker?: Uint8Array): Promise<Uint8Array[]> {
    const ids = [...this.#objects.keys()];
    const start = marker ? ids.indexOf(this.#nameOf(marker)) + 1 : 0;
    return ids.slice(start, start + limit).map(fromHex);
  }

  async scan(limit: number, marker?: Uint8Array): Promise<Uint8Array[]> {
    if (limit < 1) throw new RangeError(`not a limit of a scan: ${limit}`);
    return this.list(limit, marker);
  }

  async count(): Promise<number> {
    return this.#objects.size;
  }

  async commit(): Promise<void> {
    this.#committed = new Map(this.#objects);
  }

  async rollback(): Promise<void> {
    this.#objects = new Map(this.#committed);
  }

  async destroy(): Promise<void> {
    this.#objects.clear();
    this.#committed.clear();
  }

  async check(): Promise<boolean> {
    return true;
  }

  async loadKey(): Promise<Uint8Array> {
    return this.#key.slice();
  }

  async saveKey(blob: Uint8Array): Promise<void> {
    this.#key = blob.slice();
  }

  async getFreeNonce(): Promise<bigint | undefined> {
    return this.#nonce;
  }

  async commitNonceReservation(next: bigint, expected: bigint | undefined): Promise<void> {
    if (this.#nonce !== expected) throw new NonceError("the stored nonce is not the expected one");
    this.#nonce = next;
  }

  async breakLock(): Promise<void> {}

  async close(): Promise<void> {
    await this.rollback();
  }

  #nameOf(id: Uint8Array): string {
    this.#find(id);
    return toHex(id);
  }

  #find(id: Uint8Array): Uint8Array {
    demandId(id);
    const data = this.#objects.get(toHex(id));
    if (!data) throw new ObjectNotFound(toHex(id), "memory");
    return data;
  }
}

function demandId(id: Uint8Array): void {
  if (id.length !== 32) throw new RangeError(`an id of ${id.length} bytes`);
}
