import { Ini } from "../../encoding/ini.ts";
import { createHandler, type Handler, type Streams } from "./handler.ts";
import { type LogRecord, RecordFormat } from "./record_format.ts";

/** The names of levels in Python, with what they weigh. NOTSET leaves it to the logger above. */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ["NOTSET", 0],
  ["DEBUG", 10],
  ["INFO", 20],
  ["WARN", 30],
  ["WARNING", 30],
  ["ERROR", 40],
  ["CRITICAL", 50],
  ["FATAL", 50],
]);
const ROOT = "";

interface Outlet {
  readonly level: number;
  readonly format: RecordFormat;
  readonly handler: Handler;
}

interface Logger {
  readonly level: number;
  readonly outlets: readonly Outlet[];
  /** Whether the loggers above it hear of it too. */
  readonly propagates: boolean;
}

/** What a file for `fileConfig` of Python's logging module says: which loggers let pass what, and where it goes. */
export class LoggingConfiguration {
  private constructor(readonly loggers: ReadonlyMap<string, Logger>) {}

  /** Throws an Error with what is wrong. */
  static parse(text: string, streams: Streams): LoggingConfiguration {
    const ini = Ini.parse(text);
    const formats = new Map(keys(ini, "formatters").map((key) => [key, readFormat(ini, `formatter_${key}`)]));
    const outlets = new Map(
      keys(ini, "handlers").map((key) => [key, readOutlet(ini, `handler_${key}`, formats, streams)]),
    );
    return new LoggingConfiguration(new Map(keys(ini, "loggers").map((key) => readLogger(ini, key, outlets))));
  }

  /** Whether messages of this weight pass the logger `name`. */
  passes(name: string, weight: number): boolean {
    const deciding = this.#chain(name).find(({ level }) => level > 0);
    return weight >= (deciding?.level ?? 0);
  }

  deliver(record: LogRecord): void {
    for (const { outlets, propagates } of this.#chain(record.name)) {
      for (const { level, format, handler } of outlets) if (record.levelno >= level) handler(format.text(record));
      if (!propagates) return;
    }
  }

  /** The logger and those above it that are configured, the nearest first. */
  #chain(name: string): Logger[] {
    const parts = name.split(".");
    const names = parts.map((_, i) => parts.slice(0, parts.length - i).join("."));
    return [...names, ROOT].flatMap((above) => this.loggers.get(above) ?? []);
  }
}

function keys(ini: Ini, section: string): string[] {
  return need(ini, section, "keys").split(",").map((key) => key.trim()).filter((key) => key !== "");
}

function need(ini: Ini, section: string, name: string): string {
  const value = ini.get(section, name);
  if (value === undefined) throw new Error(`No option '${name}' in section: '${section}'`);
  return value;
}

function readFormat(ini: Ini, section: string): RecordFormat {
  if ((ini.get(section, "style") ?? "%") !== "%") throw new Error("only formats of the style % are supported");
  return new RecordFormat(ini.get(section, "format") ?? "%(message)s", ini.get(section, "datefmt") ?? "");
}

function readOutlet(ini: Ini, section: string, formats: ReadonlyMap<string, RecordFormat>, streams: Streams): Outlet {
  const name = ini.get(section, "formatter") ?? "";
  const format = name === "" ? new RecordFormat("%(message)s", "") : formats.get(name);
  if (format === undefined) throw new Error(`there is no formatter ${name}`);
  const handler = createHandler(need(ini, section, "class"), ini.get(section, "args") ?? "()", streams);
  return { level: readLevel(ini.get(section, "level") ?? "NOTSET"), format, handler };
}

function readLogger(ini: Ini, key: string, outlets: ReadonlyMap<string, Outlet>): [string, Logger] {
  const section = `logger_${key}`;
  const names = (ini.get(section, "handlers") ?? "").split(",").map((name) => name.trim()).filter((name) =>
    name !== ""
  );
  const logger = {
    level: readLevel(ini.get(section, "level") ?? "NOTSET"),
    outlets: names.map((name) => outlets.get(name) ?? unknownHandler(name)),
    propagates: (ini.get(section, "propagate") ?? "1") !== "0",
  };
  return [key === "root" ? ROOT : need(ini, section, "qualname"), logger];
}

function unknownHandler(name: string): never {
  throw new Error(`there is no handler ${name}`);
}

function readLevel(text: string): number {
  const level = LEVELS.get(text);
  if (level === undefined) throw new Error(`Unknown level: '${text}'`);
  return level;
}
