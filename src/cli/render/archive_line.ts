import { parseTimestamp } from "../../archive/timestamps.ts";
import { displayText } from "../../encoding/path.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { ArchiveSummary } from "../../selection/archive_filter.ts";
import { timeText } from "./filetime.ts";

/** Name, time and id of an archive, as lists in messages have it. */
export function archiveLine({ name, time, id }: ArchiveSummary): string {
  return `${displayText(name).padEnd(36)} ${timeText(parseTimestamp(time))} [${toHex(id)}]`;
}
