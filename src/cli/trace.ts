import process from "node:process";
import { localCalendar } from "../encoding/calendar.ts";
import { formatSize } from "../encoding/size.ts";
import { strftime } from "../encoding/strftime.ts";

/**
 * What SIGUSR2 shows: where the event loop is, as far as a runtime tells, and how much memory is taken.
 *
 * @param now nanoseconds since 1970
 */
export function traceText(now: bigint): string {
  const time = strftime("%Y-%m-%d %H:%M:%S", localCalendar(now / 1000n));
  const frames = (new Error().stack ?? "").split("\n").slice(1).join("\n");
  const memory = formatSize(process.memoryUsage().rss, { iec: false });
  return `\nReceived SIGUSR2 at ${time}, dumping trace...\n${frames}\nMemory in use: ${memory}\n`;
}
