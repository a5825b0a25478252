import type { ChunkEntry, Item } from "../../archive/item.ts";
import { equal } from "../../encoding/bytes.ts";
import { type ChunkFinding, type FileFindings, healthyChunks } from "./file_chunks.ts";

/** So many zeros, for want of the chunk that belongs there. */
export interface Zeros {
  readonly zeros: number;
}

/** What shall become of a damaged file (format reference 11.1, point 5). */
export interface FileRepair {
  readonly chunks: readonly (ChunkEntry | Zeros)[];
  /** What belongs there, to be put back when it is there again. */
  readonly healthy: readonly ChunkEntry[];
}

/** What a repair does about the findings; undefined when nothing can be done, or need be. */
export function planRepair(item: Item, { chunks: found, mismatch, healed }: FileFindings): FileRepair | undefined {
  const changes = found.filter(({ state }) => state !== "replaced");
  if (changes.length === 0 && !mismatch && !healed) return undefined;
  const chunks: (ChunkEntry | Zeros)[] = [...item.chunks ?? []];
  for (const change of changes) chunks[change.number] = replacement(change);
  return { chunks, healthy: healthyChunks(item) };
}

function replacement({ state, healthy }: ChunkFinding): ChunkEntry | Zeros {
  return state === "found" ? healthy : { zeros: healthy.size };
}

/** The item with these chunks; it remembers the healthy ones unless they are the same. */
export function repairedItem(item: Item, chunks: ChunkEntry[], healthy: readonly ChunkEntry[]): Item {
  const { chunksHealthy: _, ...rest } = item;
  if (chunks.every(({ id }, i) => equal(id, healthy[i]!.id))) return { ...rest, chunks: [...healthy] };
  return { ...rest, chunks, chunksHealthy: [...healthy] };
}
