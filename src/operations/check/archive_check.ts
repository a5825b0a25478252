import { type ArchiveMetadata, openArchive } from "../../archive/archive.ts";
import type { ChunkEntry, Item } from "../../archive/item.ts";
import type { Manifest } from "../../archive/manifest.ts";
import type { Objects } from "../../archive/objects.ts";
import { ItemSalvage, type Salvaged } from "../../archive/salvage.ts";
import { equal, toHex } from "../../encoding/bytes.ts";
import { BorgError } from "../../errors.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";

/** What checking an archive works with. */
export interface ArchiveCheckTools {
  readonly objects: Objects;
  readonly manifest: Manifest;
  readonly chunks: ChunkTable;
  readonly tamRequired: boolean;
  readonly reporter: Reporter;
}

/** Checks one archive: its metadata, its item stream, and that every chunk of its files is there (format reference 11.1). */
export class ArchiveCheck {
  #sound = true;

  constructor(private readonly tools: ArchiveCheckTools, private readonly name: string) {}

  /** Gives whether nothing is wrong; what is, has been reported. */
  async run(): Promise<boolean> {
    const metadata = await this.#metadata();
    if (metadata) await this.#items(metadata.items);
    return this.#sound;
  }

  async #metadata(): Promise<ArchiveMetadata | undefined> {
    const { objects, manifest, chunks, tamRequired, reporter } = this.tools;
    const { id } = manifest.entry(this.name);
    if (!chunks.refer(id)) {
      this.#sound = false;
      reporter.note("error", "check.archiveMissing", toHex(id));
      return undefined;
    }
    try {
      return openArchive(objects, id, await objects.read(id), { required: tamRequired }).metadata;
    } catch (error) {
      if (!(error instanceof BorgError)) throw error;
      this.#sound = false;
      if (/TAM/.test(error.code)) reporter.note("error", "check.archiveUnauthenticated", this.name, error);
      else reporter.note("error", "check.archiveDamaged", toHex(id), error);
      return undefined;
    }
  }

  async #items(ids: readonly Uint8Array[]): Promise<void> {
    const salvage = new ItemSalvage(this.tools.manifest.itemKeys);
    for (const [number, id] of ids.entries()) {
      const chunk = await this.#itemChunk(number, id);
      if (chunk) this.#salvaged(salvage.feed(chunk));
      else salvage.resync();
    }
    this.#salvaged(salvage.end());
  }

  async #itemChunk(number: number, id: Uint8Array): Promise<Uint8Array | undefined> {
    const { objects, chunks, reporter } = this.tools;
    const chunk = `${String(number).padStart(6, "0")}_${toHex(id)}`;
    if (!chunks.refer(id)) {
      this.#sound = false;
      reporter.note("error", "check.itemChunkMissing", chunk);
      return undefined;
    }
    try {
      return await objects.read(id);
    } catch (error) {
      if (!(error instanceof BorgError)) throw error;
      this.#sound = false;
      reporter.note("error", "check.itemChunkDamaged", chunk, error);
      return undefined;
    }
  }

  #salvaged(found: readonly Salvaged[]): void {
    for (const salvaged of found) {
      if ("item" in salvaged) this.#chunks(salvaged.item);
      else {
        this.#sound = false;
        this.tools.reporter.note("error", "check.itemInvalid", salvaged.problem);
      }
    }
  }

  #chunks(item: Item): void {
    if (!item.chunks) return;
    const healthy = this.#healthyList(item, item.chunks);
    let offset = 0;
    for (const [i, current] of item.chunks.entries()) {
      this.#chunk(item, current, healthy[i]!, offset);
      offset += current.size;
    }
    if (item.size !== undefined && item.size !== offset) {
      this.tools.reporter.note("warning", "check.sizeMismatch", this.name, item.path, item.size, offset);
    }
  }

  /** The chunks that the file had before a repair, if there was one. */
  #healthyList({ path, chunksHealthy }: Item, chunks: readonly ChunkEntry[]): readonly ChunkEntry[] {
    if (!chunksHealthy || chunksHealthy.length === chunks.length) return chunksHealthy ?? chunks;
    this.#sound = false;
    this.tools.reporter.note("error", "check.healthyListMismatch", this.name, path);
    return chunks;
  }

  #chunk({ path }: Item, current: ChunkEntry, healthy: ChunkEntry, offset: number): void {
    const { chunks, reporter } = this.tools;
    const place = [this.name, path, offset, offset + healthy.size, toHex(healthy.id)] as const;
    const replaced = !equal(current.id, healthy.id);
    chunks.refer(current.id);
    if (!chunks.has(healthy.id)) {
      this.#sound = false;
      reporter.note("error", replaced ? "check.fileChunkStillMissing" : "check.fileChunkMissing", ...place);
    } else if (replaced) {
      chunks.refer(healthy.id);
      reporter.note("info", "check.fileChunkHealed", ...place);
    }
  }
}
