import type { ChunkEntry, Item } from "../../archive/item.ts";
import type { Objects } from "../../archive/objects.ts";
import type { Compression } from "../../compression/compression.ts";
import { IntegrityError } from "../../errors.ts";
import { MAX_DATA_SIZE } from "../../repository/repository.ts";
import type { ChunkTable } from "./chunk_table.ts";
import { type FileRepair, repairedItem } from "./file_repair.ts";

const COMPRESSION: Compression = { name: "lz4" };

/** Stores what a repair makes, unless it is there already, and counts references to it. */
export class RepairStore {
  /** Chunks of zeros by length. */
  readonly #zeros = new Map<number, ChunkEntry>();

  /** @param objects must be able to reserve nonces */
  constructor(private readonly objects: Objects, private readonly chunks: ChunkTable) {}

  /** Gives the id of what is stored. */
  async put(plaintext: Uint8Array): Promise<Uint8Array> {
    const id = this.objects.idOf(plaintext);
    if (this.chunks.refer(id)) return id;
    await this.objects.write(plaintext, COMPRESSION, id);
    this.chunks.add(id);
    return id;
  }

  /** The item as the plan wants it. */
  async repair(item: Item, { chunks, healthy }: FileRepair): Promise<Item> {
    const repaired: ChunkEntry[] = [];
    for (const chunk of chunks) repaired.push("zeros" in chunk ? await this.#zerosOf(chunk.zeros) : chunk);
    return repairedItem(item, repaired, healthy);
  }

  async #zerosOf(size: number): Promise<ChunkEntry> {
    const known = this.#zeros.get(size);
    if (known) return known;
    if (size > MAX_DATA_SIZE) throw new IntegrityError(`a chunk of ${size} bytes cannot be replaced`);
    const id = await this.put(new Uint8Array(size));
    const zeros = { id, size, csize: (await this.objects.repository.get(id)).length };
    this.#zeros.set(size, zeros);
    return zeros;
  }
}
