import type { Micros } from "../../archive/timestamps.ts";
import { toHex } from "../../encoding/bytes.ts";
import { archiveTimeJson } from "./filetime.ts";
import { Decimal, type JsonObject } from "./json.ts";
import type { Sizes } from "./stats.ts";

/** What reports tell of every archive. */
export interface ReportedArchive {
  readonly name: string;
  readonly id: Uint8Array;
  readonly start: Micros;
  readonly end: Micros;
  readonly counts: Sizes & { readonly nfiles: number };
  /** How much of what an archive can take it takes, 1 being all. */
  readonly utilization: number;
  readonly cmdline: readonly string[];
}

/** The object `archive` of format reference 12. */
export function archiveJson({ name, id, start, end, counts, utilization, cmdline }: ReportedArchive): JsonObject {
  const { size, csize, usize, nfiles } = counts;
  return {
    name,
    id: toHex(id),
    start: archiveTimeJson(start),
    end: archiveTimeJson(end),
    duration: new Decimal(Number(end - start) / 1e6),
    stats: { original_size: size, compressed_size: csize, deduplicated_size: usize, nfiles },
    limits: { max_archive_size: new Decimal(utilization) },
    command_line: cmdline,
  };
}
