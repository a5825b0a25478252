import type { ArchiveSums } from "../archive/archive.ts";
import { toHex } from "../encoding/bytes.ts";
import { decodeText } from "../encoding/path.ts";
import { readIfPresent, saveText } from "./local_files.ts";

/**
 * Sums of archives that were written before BorgBackup 1.2 and do not carry them, as they were found when the cache
 * last read those archives. File `pre12-meta` of a cache (format reference 9.2).
 */
export class OldSums {
  readonly #sums = new Map<string, ArchiveSums>();

  constructor(readonly path: string) {
    const parsed: unknown = parse(readIfPresent(path));
    if (typeof parsed !== "object" || parsed === null) return;
    for (const [id, sums] of Object.entries(parsed)) {
      const known = readSums(sums);
      if (known !== undefined) this.#sums.set(id, known);
    }
  }

  get(archiveId: Uint8Array): ArchiveSums | undefined {
    return this.#sums.get(toHex(archiveId));
  }

  set(archiveId: Uint8Array, sums: ArchiveSums): void {
    this.#sums.set(toHex(archiveId), sums);
  }

  /** Forgets all archives but these. */
  keepOnly(archiveIds: readonly Uint8Array[]): void {
    const wanted = new Set(archiveIds.map(toHex));
    for (const id of this.#sums.keys()) if (!wanted.has(id)) this.#sums.delete(id);
  }

  save(): void {
    const entries = Array.from(this.#sums, ([id, sums]) => [id, {
      size: sums.size,
      csize: sums.csize,
      nfiles: sums.nfiles,
      size_parts: sums.sizeParts,
      csize_parts: sums.csizeParts,
      nfiles_parts: sums.nfilesParts,
    }]);
    saveText(this.path, JSON.stringify(Object.fromEntries(entries)));
  }
}

/** A file that is no JSON is as good as none: what it held is found again. */
function parse(file: Uint8Array | undefined): unknown {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(decodeText(file));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const NAMES = ["size", "csize", "nfiles", "size_parts", "csize_parts", "nfiles_parts"];

function readSums(value: unknown): ArchiveSums | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const numbers = NAMES.map((name) => Number(new Map(Object.entries(value)).get(name)));
  if (!numbers.every(Number.isSafeInteger)) return undefined;
  const [size, csize, nfiles, sizeParts, csizeParts, nfilesParts] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { size, csize, nfiles, sizeParts, csizeParts, nfilesParts };
}
