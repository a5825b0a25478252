import { type LoadedArchive, openArchive } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import type { Manifest } from "../../archive/manifest.ts";
import type { Objects } from "../../archive/objects.ts";
import type { ArchiveTamOptions } from "../../crypto/tam.ts";
import { toHex } from "../../encoding/bytes.ts";
import { BorgError } from "../../errors.ts";
import type { LogLevel } from "../../repository/listener.ts";
import type { OperationMessages } from "../messages.ts";
import type { Pace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";
import { damagedItems } from "./damaged_items.ts";
import { type ChunkFinding, examineFile, type FileFindings } from "./file_chunks.ts";
import { planRepair } from "./file_repair.ts";
import { readObject } from "./read_object.ts";

/** What checking an archive works with. */
export interface ArchiveCheckTools {
  readonly objects: Objects;
  readonly manifest: Manifest;
  readonly chunks: ChunkTable;
  readonly tam: ArchiveTamOptions;
  readonly reporter: Reporter;
  readonly pace: Pace;
  /** Whether what can be repaired will be, for the words. */
  readonly repair: boolean;
}

/** What is known of an archive that was checked. */
export interface ArchiveFindings {
  /** Nothing is wrong. */
  readonly sound: boolean;
  /** Undefined when it is missing, damaged or not genuine, so that nothing can be made of it. */
  readonly archive: LoadedArchive | undefined;
  /** How much of its item stream is no items, or not there. */
  readonly losses: number;
  /** A repair would write it anew. */
  readonly repairable: boolean;
}

/** Checks one archive: its metadata, its item stream, and that every chunk of its files is there (format reference 11.1). */
export class ArchiveCheck {
  #sound = true;
  #losses = 0;
  #repairable = false;

  constructor(private readonly tools: ArchiveCheckTools, private readonly name: string) {}

  /** What is wrong has been reported when this is done, and references have been counted. */
  async run(): Promise<ArchiveFindings> {
    const archive = await this.#metadata();
    if (archive) await this.#items(archive.metadata.items);
    const losses = this.#losses;
    return { sound: this.#sound, archive, losses, repairable: this.#repairable || losses > 0 };
  }

  async #metadata(): Promise<LoadedArchive | undefined> {
    const { objects, manifest, chunks, tam } = this.tools;
    const { id } = manifest.entry(this.name);
    if (!chunks.refer(id)) return this.#problem("check.archiveMissing", toHex(id));
    const plaintext = await readObject(objects, id, (damage) => {
      this.#problem("check.archiveDamaged", toHex(id), damage);
    });
    if (!plaintext) return undefined;
    try {
      return openArchive(objects, id, plaintext, tam);
    } catch (error) {
      if (!(error instanceof BorgError)) throw error;
      return this.#problem("check.archiveRefused", toHex(id), error);
    }
  }

  async #items(ids: readonly Uint8Array[]): Promise<void> {
    const { objects, chunks, manifest: { itemKeys }, pace } = this.tools;
    const lost = <M extends keyof OperationMessages>(message: M, ...data: OperationMessages[M]) => {
      this.#losses++;
      this.#problem(message, ...data);
    };
    for await (const item of damagedItems({ objects, chunks, itemKeys, pace }, ids, lost)) this.#file(item);
  }

  #file(item: Item): void {
    const found = examineFile(item, this.tools.chunks);
    if (!found) return;
    if (planRepair(item, found)) this.#repairable = true;
    this.#findings(item, found);
  }

  #findings({ path, size }: Item, found: FileFindings): void {
    const { repair } = this.tools;
    if (found.mismatch) this.#note("warning", "check.healthyListMismatch", this.name, path, repair);
    for (const chunk of found.chunks) this.#chunk(path, chunk);
    if (found.healed) this.#note("info", "check.fileHealed", this.name, path, repair);
    if ((size ?? found.size) !== found.size) {
      this.#note("warning", "check.sizeMismatch", this.name, path, size!, found.size);
    }
  }

  #chunk(path: string, { state, healthy, current, offset }: ChunkFinding): void {
    const { repair } = this.tools;
    const end = offset + healthy.size;
    const place = [this.name, path, offset, end, toHex(healthy.id)] as const;
    if (state === "lost") this.#problem("check.fileChunkMissing", ...place, repair);
    else if (state === "found") this.#note("info", "check.fileChunkFound", ...place, repair);
    else this.#note("info", "check.fileChunkStillMissing", ...place);
    if (state !== "replacementLost") return;
    this.#sound = false;
    this.#note("warning", "check.replacementMissing", this.name, path, offset, end, toHex(current.id), repair);
  }

  /** Reports something that makes the archive unsound. */
  #problem<M extends keyof OperationMessages>(message: M, ...data: OperationMessages[M]): undefined {
    this.#sound = false;
    this.#note("error", message, ...data);
  }

  #note<M extends keyof OperationMessages>(level: LogLevel, message: M, ...data: OperationMessages[M]): void {
    this.tools.reporter.note(level, message, ...data);
  }
}
