import { COMMIT, DamagedEntry, PUT } from "./entry.ts";
import { EntryReader } from "./entry_reader.ts";
import type { FileLayer } from "./files.ts";
import type { Segments } from "./segments.ts";

/** An entry of a segment, whether it counts or not. `id` and `data` are good until the next one is read. */
export interface LogEntry {
  readonly kind: "put" | "delete" | "commit";
  readonly segment: number;
  readonly offset: number;
  readonly id: Uint8Array;
  readonly data: Uint8Array;
}

/** The rest of a segment is not read, because of `problem`. */
export interface SkippedSegment {
  readonly segment: number;
  readonly path: string;
  readonly problem: DamagedEntry;
}

/** Only this segment; of each segment only the entry at this offset. */
export interface LogSelection {
  readonly segment: number | undefined;
  readonly offset: number | undefined;
}

/** The entries of all segments that are there, in order. */
export function* readLog(
  files: FileLayer,
  segments: Segments,
  { segment, offset }: LogSelection,
): Generator<LogEntry | SkippedSegment> {
  const wanted = segments.numbers().filter((number) => segment === undefined || number === segment);
  for (const number of wanted) {
    const path = segments.pathOf(number);
    try {
      yield* readSegment(files, path, number, offset);
    } catch (problem) {
      if (!(problem instanceof DamagedEntry)) throw problem;
      yield { segment: number, path, problem };
    }
  }
}

function* readSegment(
  files: FileLayer,
  path: string,
  segment: number,
  onlyAt: number | undefined,
): Generator<LogEntry> {
  const handle = files.open(path, "read");
  try {
    const reader = new EntryReader(files);
    reader.open(handle, segment);
    if (onlyAt !== undefined) reader.seek(onlyAt);
    while (reader.next()) {
      const { tag, offset, id, data } = reader.entry;
      yield { kind: tag === PUT ? "put" : tag === COMMIT ? "commit" : "delete", segment, offset, id, data };
      if (onlyAt !== undefined) return;
    }
  } finally {
    files.close(handle);
  }
}
