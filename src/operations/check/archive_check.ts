import { type ArchiveMetadata, openArchive } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import type { Manifest } from "../../archive/manifest.ts";
import type { Objects } from "../../archive/objects.ts";
import { ItemSalvage, type Salvaged } from "../../archive/salvage.ts";
import type { ArchiveTamOptions } from "../../crypto/tam.ts";
import { toHex } from "../../encoding/bytes.ts";
import { BorgError } from "../../errors.ts";
import type { OperationMessages } from "../messages.ts";
import type { Pace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";
import { type ChunkFinding, examineFile, type FileFindings } from "./file_chunks.ts";

/** What checking an archive works with. */
export interface ArchiveCheckTools {
  readonly objects: Objects;
  readonly manifest: Manifest;
  readonly chunks: ChunkTable;
  readonly tam: ArchiveTamOptions;
  readonly reporter: Reporter;
  readonly pace: Pace;
}

/** Checks one archive: its metadata, its item stream, and that every chunk of its files is there (format reference 11.1). */
export class ArchiveCheck {
  #sound = true;
  /** The item chunk that is being read, as messages name it. */
  #place = "";

  constructor(private readonly tools: ArchiveCheckTools, private readonly name: string) {}

  /** Gives whether nothing is wrong; what is, has been reported. */
  async run(): Promise<boolean> {
    const metadata = await this.#metadata();
    if (metadata) await this.#items(metadata.items);
    return this.#sound;
  }

  async #metadata(): Promise<ArchiveMetadata | undefined> {
    const { objects, manifest, chunks, tam } = this.tools;
    const { id } = manifest.entry(this.name);
    if (!chunks.refer(id)) return this.#problem("check.archiveMissing", toHex(id));
    const plaintext = await this.#read(id, (error) => this.#problem("check.archiveDamaged", toHex(id), error));
    if (!plaintext) return undefined;
    try {
      return openArchive(objects, id, plaintext, tam).metadata;
    } catch (error) {
      if (!(error instanceof BorgError)) throw error;
      return this.#problem("check.archiveRefused", toHex(id), error);
    }
  }

  async #items(ids: readonly Uint8Array[]): Promise<void> {
    const salvage = new ItemSalvage(this.tools.manifest.itemKeys);
    for (const [number, id] of ids.entries()) {
      await this.tools.pace();
      this.#place = `${String(number).padStart(6, "0")}_${toHex(id)}`;
      const chunk = await this.#itemChunk(id);
      if (chunk) this.#take(salvage.feed(chunk));
      else salvage.resync();
    }
    this.#take(salvage.end());
  }

  async #itemChunk(id: Uint8Array): Promise<Uint8Array | undefined> {
    if (!this.tools.chunks.refer(id)) return this.#problem("check.itemChunkMissing", this.#place);
    return await this.#read(id, (error) => this.#problem("check.itemChunkDamaged", this.#place, error));
  }

  /** An object's plaintext; undefined when it cannot be had, which `report` tells. */
  async #read(id: Uint8Array, report: (error: BorgError) => void): Promise<Uint8Array | undefined> {
    try {
      return await this.tools.objects.read(id);
    } catch (error) {
      if (!(error instanceof BorgError)) throw error;
      report(error);
      return undefined;
    }
  }

  #take(found: readonly Salvaged[]): void {
    for (const salvaged of found) {
      if ("item" in salvaged) this.#file(salvaged.item);
      else this.#problem("check.itemInvalid", this.#place, salvaged.problem);
    }
  }

  #file(item: Item): void {
    const found = examineFile(item, this.tools.chunks);
    if (found) this.#findings(item, found);
  }

  #findings({ path, size }: Item, found: FileFindings): void {
    const { reporter } = this.tools;
    if (found.mismatch) reporter.note("warning", "check.healthyListMismatch", this.name, path);
    for (const chunk of found.chunks) this.#chunk(path, chunk);
    if (found.healed) reporter.note("info", "check.fileHealable", this.name, path);
    if ((size ?? found.size) !== found.size) {
      reporter.note("warning", "check.sizeMismatch", this.name, path, size!, found.size);
    }
  }

  #chunk(path: string, { state, healthy, current, offset }: ChunkFinding): void {
    const { reporter } = this.tools;
    const end = offset + healthy.size;
    const place = [this.name, path, offset, end, toHex(healthy.id)] as const;
    if (state === "lost") this.#problem("check.fileChunkMissing", ...place);
    else if (state === "found") reporter.note("info", "check.fileChunkFound", ...place);
    else reporter.note("info", "check.fileChunkStillMissing", ...place);
    if (state !== "replacementLost") return;
    this.#problem("check.replacementMissing", this.name, path, offset, end, toHex(current.id));
  }

  /** Reports something that makes the archive unsound. */
  #problem<M extends keyof OperationMessages>(message: M, ...data: OperationMessages[M]): undefined {
    this.#sound = false;
    this.tools.reporter.note("error", message, ...data);
  }
}
