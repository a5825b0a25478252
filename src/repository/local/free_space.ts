import { InsufficientFreeSpaceError } from "../errors.ts";
import { indexFileLength } from "../../encoding/hash_index_file.ts";
import { formatSize } from "../../encoding/size.ts";
import type { RepositoryListener } from "../listener.ts";
import type { RepositoryConfig } from "./config.ts";
import { MAX_ENTRY_SIZE } from "./entry.ts";
import { type FileLayer, hasCode } from "./files.ts";
import type { Segments } from "./segments.ts";
import type { State } from "./state.ts";

/** With fewer sparse segments than this, what compaction may need is counted exactly. */
const FEW_SEGMENTS = 10;

/** What is asked for free space. */
export interface SpaceSources {
  readonly files: FileLayer;
  readonly segments: Segments;
  readonly config: RepositoryConfig;
  readonly listener: RepositoryListener;
}

/** Throws InsufficientFreeSpaceError when a commit and a compaction might not fit (format reference 2.13). */
export function demandFreeSpace({ files, segments, config, listener }: SpaceSources, state: State): void {
  const required = requiredSpace(segments, state, config);
  const available = readFreeSpace(files, segments.root);
  if (available === undefined) return;
  listener.log("debug", "space.checked", required, available);
  if (available >= required) return;
  throw new InsufficientFreeSpaceError(formatSize(required), formatSize(available));
}

function requiredSpace(segments: Segments, { index, usage }: State, config: RepositoryConfig): number {
  const indexSize = indexFileLength(index);
  const hintsSize = 10 * usage.segments.size + 10 * usage.compact.size + 4096;
  const working = config.appendOnly ? 0 : compactionSpace(segments, usage.compact, config.maxSegmentSize);
  return 4 * indexSize + hintsSize + config.additionalFreeSpace + working;
}

function compactionSpace(segments: Segments, compact: Map<number, number>, maxSegmentSize: number): number {
  const oneSegment = maxSegmentSize + MAX_ENTRY_SIZE;
  if (compact.size >= FEW_SEGMENTS) return oneSegment;
  let moved = 0;
  for (const [segment, freeable] of compact) moved += segments.size(segment) - freeable;
  return Math.min(oneSegment, moved);
}

/** Undefined when the file system does not tell. */
function readFreeSpace(files: FileLayer, path: string): number | undefined {
  try {
    return files.freeSpace(path);
  } catch (error) {
    if (hasCode(error, "ENOSYS", "EOPNOTSUPP", "ENOTSUP")) return undefined;
    throw error;
  }
}
