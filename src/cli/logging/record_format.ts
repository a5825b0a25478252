import process from "node:process";
import { localCalendar } from "../../encoding/calendar.ts";
import { formatFixed } from "../../encoding/fixed_point.ts";
import { strftime } from "../../encoding/strftime.ts";

/** A message on its way to handlers. */
export interface LogRecord {
  readonly name: string;
  readonly levelname: string;
  readonly levelno: number;
  readonly message: string;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
}

/** Lays out records as the format of a formatter of Python's logging module says. */
export class RecordFormat {
  /** @param dateFormat for `%(asctime)s`; the usual form when it is empty */
  constructor(readonly format: string, readonly dateFormat: string) {}

  text(record: LogRecord): string {
    const layOut = (all: string, field: string, flags: string, width: string, decimals: string, type: string) => {
      const value = this.#valueOf(field, record);
      if (value === undefined) return all;
      const text = type === "f" ? formatFixed(Number(value), Number(decimals || "6")) : String(value);
      return pad(type === "d" ? text.replace(/\..*/, "") : text, flags, Number(width));
    };
    return this.format.replace(/%\((\w+)\)([-0 +#]*)(\d*)(?:\.(\d+))?([sdf])/g, layOut).replaceAll("%%", "%");
  }

  #valueOf(field: string, { name, levelname, levelno, message, time }: LogRecord): string | number | undefined {
    switch (field) {
      case "name":
        return name;
      case "levelname":
        return levelname;
      case "levelno":
        return levelno;
      case "message":
        return message;
      case "asctime":
        return this.#date(time);
      case "created":
        return Number(time / 1000n) / 1e6;
      case "msecs":
        return Number(time / 1_000_000n % 1000n);
      case "process":
        return process.pid;
      case "processName":
        return "MainProcess";
      case "threadName":
        return "MainThread";
    }
    return undefined;
  }

  #date(time: bigint): string {
    const calendar = localCalendar(time / 1000n);
    if (this.dateFormat !== "") return strftime(this.dateFormat, calendar);
    const milliseconds = String(time / 1_000_000n % 1000n).padStart(3, "0");
    return `${strftime("%Y-%m-%d %H:%M:%S", calendar)},${milliseconds}`;
  }
}

function pad(text: string, flags: string, width: number): string {
  if (flags.includes("-")) return text.padEnd(width);
  return text.padStart(width, flags.includes("0") ? "0" : " ");
}
