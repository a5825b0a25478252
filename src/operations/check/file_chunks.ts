import type { ChunkEntry, Item } from "../../archive/item.ts";
import { equal } from "../../encoding/bytes.ts";
import type { ChunkTable } from "./chunk_table.ts";

/**
 * What is the matter with a chunk of a file (format reference 11.1, point 5):
 *
 * - `lost`: it is not there
 * - `replaced`: it is not there, which a repair has found before; zeros stand in for it
 * - `replacementLost`: likewise, but the zeros are not there either
 * - `found`: it is there again, and may take the place of the zeros
 */
export type ChunkState = "lost" | "replaced" | "replacementLost" | "found";

export interface ChunkFinding {
  readonly state: ChunkState;
  /** The chunk that belongs there. */
  readonly healthy: ChunkEntry;
  /** The one that the file names now. */
  readonly current: ChunkEntry;
  /** Where in the file it begins. */
  readonly offset: number;
}

/** What is the matter with a file. */
export interface FileFindings {
  readonly chunks: readonly ChunkFinding[];
  /** The list of healthy chunks does not fit the other one and means nothing. */
  readonly mismatch: boolean;
  /** Every chunk that was missing is there again. */
  readonly healed: boolean;
  /** Length of all chunks. */
  readonly size: number;
}

/** Counts references to the chunks of a file. Gives what is the matter with it, if anything is. */
export function examineFile(item: Item, table: ChunkTable): FileFindings | undefined {
  const { chunks, chunksHealthy, size } = item;
  if (!chunks) return undefined;
  let length = 0;
  let complete = true;
  for (const chunk of chunks) {
    if (!table.refer(chunk.id)) complete = false;
    length += chunk.size;
  }
  if (complete && !chunksHealthy && (size ?? length) === length) return undefined;
  return findings(chunks, chunksHealthy, table, length);
}

function findings(
  chunks: readonly ChunkEntry[],
  chunksHealthy: readonly ChunkEntry[] | undefined,
  table: ChunkTable,
  size: number,
): FileFindings {
  const mismatch = chunksHealthy !== undefined && chunksHealthy.length !== chunks.length;
  const healthy = mismatch || !chunksHealthy ? chunks : chunksHealthy;
  const found: ChunkFinding[] = [];
  let offset = 0;
  for (const [i, current] of chunks.entries()) {
    const state = stateOf(current, healthy[i]!, table);
    if (state) found.push({ state, healthy: healthy[i]!, current, offset });
    offset += current.size;
  }
  const healed = healthy !== chunks && found.every(({ state }) => state === "found");
  return { chunks: found, mismatch, healed, size };
}

function stateOf(current: ChunkEntry, healthy: ChunkEntry, table: ChunkTable): ChunkState | undefined {
  if (equal(current.id, healthy.id)) return table.has(current.id) ? undefined : "lost";
  if (table.refer(healthy.id)) return "found";
  return table.has(current.id) ? "replaced" : "replacementLost";
}
