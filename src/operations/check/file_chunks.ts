import type { ChunkEntry, Item } from "../../archive/item.ts";
import { equal } from "../../encoding/bytes.ts";
import type { References } from "./chunk_table.ts";

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
  /** Which of the file's chunks it is, from 0. */
  readonly number: number;
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

/**
 * Counts references to the chunks of a file, of a damaged one possibly twice: to those that it will have when what is there
 * again has been put back. Gives what is the matter with it, if anything is.
 */
export function examineFile(item: Item, table: References): FileFindings | undefined {
  const { chunks, size } = item;
  if (!chunks) return undefined;
  if (item.chunksHealthy) return findings(item, chunks, table);
  let length = 0;
  let complete = true;
  for (const chunk of chunks) {
    if (!table.refer(chunk.id)) complete = false;
    length += chunk.size;
  }
  return complete && (size ?? length) === length ? undefined : findings(item, chunks, table);
}

/** The chunks that belong into a file as far as is known: a list of healthy ones that does not fit the other means nothing. */
export function healthyChunks({ chunks = [], chunksHealthy }: Item): readonly ChunkEntry[] {
  return chunksHealthy?.length === chunks.length ? chunksHealthy : chunks;
}

function findings(item: Item, chunks: readonly ChunkEntry[], table: References): FileFindings {
  const healthy = healthyChunks(item);
  const found: ChunkFinding[] = [];
  let offset = 0;
  for (const [number, current] of chunks.entries()) {
    const state = stateOf(current, healthy[number]!, table);
    if (state) found.push({ state, number, healthy: healthy[number]!, current, offset });
    offset += current.size;
  }
  const mismatch = item.chunksHealthy !== undefined && healthy !== item.chunksHealthy;
  const healed = healthy !== chunks && found.every(({ state }) => state === "found");
  return { chunks: found, mismatch, healed, size: offset };
}

function stateOf(current: ChunkEntry, healthy: ChunkEntry, table: References): ChunkState | undefined {
  if (equal(current.id, healthy.id)) return table.refer(current.id) ? undefined : "lost";
  if (!table.refer(healthy.id)) return table.refer(current.id) ? "replaced" : "replacementLost";
  table.supersede(current.id);
  return "found";
}
