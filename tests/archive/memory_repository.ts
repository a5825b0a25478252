import { toHex } from "../../src/encoding/bytes.ts";
import { ObjectNotFound } from "../../src/repository/errors.ts";
import type { FoundObject, Repository } from "../../src/repository/repository.ts";

/** A store in memory without transactions, as far as the rooms above the repository need one. */
export class MemoryRepository implements Repository {
  readonly version = [1, 4, 0];
  readonly objects = new Map<string, { id: Uint8Array; data: Uint8Array }>();
  /** How often an object was asked for. */
  reads = 0;

  constructor(readonly id: Uint8Array = new Uint8Array(32).fill(0xab)) {}

  get(id: Uint8Array): Promise<Uint8Array> {
    this.reads++;
    const found = this.objects.get(toHex(id));
    return found ? Promise.resolve(found.data) : Promise.reject(new ObjectNotFound(toHex(id), "memory"));
  }

  async find(id: Uint8Array): Promise<FoundObject> {
    const data = await this.get(id);
    return { length: data.length, copyTo: (target) => target.set(data) };
  }

  async *getMany(ids: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (const id of ids) yield await this.get(id);
  }

  preload(): void {}

  put(id: Uint8Array, data: Uint8Array): Promise<void> {
    this.objects.set(toHex(id), { id: id.slice(), data: data.slice() });
    return Promise.resolve();
  }

  delete(id: Uint8Array): Promise<void> {
    if (this.objects.delete(toHex(id))) return Promise.resolve();
    return Promise.reject(new ObjectNotFound(toHex(id), "memory"));
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  list(limit = Infinity, marker?: Uint8Array): Promise<Uint8Array[]> {
    const all = Array.from(this.objects.values(), ({ id }) => id);
    const start = marker === undefined ? 0 : all.findIndex((id) => toHex(id) === toHex(marker)) + 1;
    return Promise.resolve(all.slice(start, start + limit));
  }

  scan(limit: number, marker?: Uint8Array): Promise<Uint8Array[]> {
    return this.list(limit, marker);
  }

  count(): Promise<number> {
    return Promise.resolve(this.objects.size);
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  rollback(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    this.objects.clear();
    return Promise.resolve();
  }

  check(): Promise<boolean> {
    return Promise.resolve(true);
  }

  loadKey(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(0));
  }

  saveKey(): Promise<void> {
    return Promise.resolve();
  }

  getFreeNonce(): Promise<bigint | undefined> {
    return Promise.resolve(undefined);
  }

  commitNonceReservation(): Promise<void> {
    return Promise.resolve();
  }

  breakLock(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
