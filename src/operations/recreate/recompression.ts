import { compress } from "../../compression/compress.ts";
import type { Compression } from "../../compression/compression.ts";
import { detectCompression } from "../../compression/decompress.ts";
import { nonceBlocks, open, seal } from "../../crypto/envelope.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { Writable } from "../opening.ts";

/** Which chunks are compressed anew: all, or those that are compressed by another method. */
export type RecompressMode = "if-different" | "always";

/** Stores chunks again under their ids, compressed in another way. Each one once in a run. */
export class Recompression {
  readonly #done = new Set<string>();
  readonly #announced = new Set<string>();

  constructor(
    private readonly writable: Pick<Writable, "repository" | "objects" | "cache">,
    private readonly compression: Compression,
    private readonly mode: RecompressMode,
  ) {}

  /** `apply` will be called with these, in this order. */
  announce(ids: Iterable<Uint8Array>): void {
    const wanted: Uint8Array[] = [];
    for (const id of ids) {
      const key = toHex(id);
      if (this.#done.has(key) || this.#announced.has(key)) continue;
      this.#announced.add(key);
      wanted.push(id);
    }
    this.writable.repository.preload(wanted);
  }

  /** Throws when the chunk is missing or damaged. */
  async apply(id: Uint8Array): Promise<void> {
    const key = toHex(id);
    if (this.#done.has(key)) return;
    this.#done.add(key);
    const { repository, objects, cache } = this.writable;
    const stored = await repository.get(id);
    const payload = compress(this.compression, objects.unseal(id, stored));
    if (this.mode === "if-different" && this.#sameMethod(id, stored, payload)) return;
    const iv = await objects.reserveNonces(nonceBlocks(payload.length));
    const object = seal(objects.material, iv, payload);
    await repository.put(id, object);
    cache.chunks.setCsize(id, object.length);
  }

  #sameMethod(id: Uint8Array, stored: Uint8Array, payload: Uint8Array): boolean {
    const old = open(this.writable.objects.material, stored, id);
    return detectCompression(old) === detectCompression(payload);
  }
}
