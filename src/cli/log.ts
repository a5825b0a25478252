import { displayText } from "../encoding/path.ts";
import type { Clock } from "./context.ts";
import { jsonLine, type JsonObject } from "./render/json.ts";
import type { Screen } from "./render/screen.ts";

export type Level = "debug" | "info" | "warning" | "error" | "critical";

/** Named outputs that are switched on by an option of their own, whatever the log level is. */
export type OutputName = "list" | "stats" | "progress" | "show-version" | "show-rc";

export interface LogOptions {
  readonly level: Level;
  readonly json: boolean;
  /** Debug topics, with or without the leading `borg.debug.`. */
  readonly topics: readonly string[];
  /** Outputs that an option asked for. */
  readonly outputs: readonly OutputName[];
}

/** What levels weigh in Python. */
export const SEVERITY: Readonly<Record<Level, number>> = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 };
const PROGRAM = "borg.archiver";
const PART = "borg.";
const OUTPUT = "borg.output.";
const TOPIC = "borg.debug.";

/** What a message comes from, as JSON names it: a part of BorgBackup. */
export type Source = "archive" | "cache" | "crypto.key" | "locking" | "repository";

/**
 * Messages to standard error: plain lines, or one JSON object per line (format reference 12). Two kinds pass by the log
 * level: outputs, which an option of their own switches on, and debug topics.
 */
export class Log {
  readonly #outputs: ReadonlySet<string>;
  readonly #topics: ReadonlySet<string>;

  constructor(readonly screen: Screen, readonly clock: Clock, readonly options: LogOptions) {
    this.#outputs = new Set(options.outputs);
    this.#topics = new Set(options.topics.map((topic) => (topic.startsWith(TOPIC) ? topic : TOPIC + topic)));
  }

  /** @param msgid the message id of format reference 13, for errors and warnings that have one */
  write(level: Level, message: string, msgid?: string): void {
    if (this.passes(PROGRAM, level)) this.emit(level, PROGRAM, message, msgid);
  }

  /** A message that does not come from the command itself. */
  tell(source: Source, level: Level, message: string): void {
    if (this.passes(PART + source, level)) this.emit(level, PART + source, message);
  }

  debug(message: string): void {
    this.write("debug", message);
  }

  info(message: string): void {
    this.write("info", message);
  }

  warning(message: string, msgid?: string): void {
    this.write("warning", message, msgid);
  }

  error(message: string, msgid?: string): void {
    this.write("error", message, msgid);
  }

  /** A line of a debug topic; shown only when `--debug-topic` asked for it. */
  topic(topic: string, message: string): void {
    if (this.hasTopic(topic)) this.emit("debug", TOPIC + topic, message);
  }

  hasTopic(topic: string): boolean {
    return this.#topics.has(TOPIC + topic);
  }

  /** A line of a named output; shown when its option is on, or when the log level lets it pass. */
  output(name: OutputName, message: string, level: Level = "info"): void {
    if (this.outputPasses(name, level)) this.emit(level, OUTPUT + name, message);
  }

  isEnabled(level: Level): boolean {
    return SEVERITY[level] >= SEVERITY[this.options.level];
  }

  /** Whether what the part `_name` of the program says at this level is shown. */
  protected passes(_name: string, level: Level): boolean {
    return this.isEnabled(level);
  }

  protected outputPasses(name: OutputName, level: Level): boolean {
    return this.#outputs.has(name) || this.isEnabled(level);
  }

  /** A JSON object that is no message, e.g. of progress or of a question. Its fields keep their order. */
  event(fields: JsonObject): void {
    this.screen.line(jsonLine(fields));
  }

  /** Seconds since 1970, as events carry them. */
  time(): number {
    return Number(this.clock.now() / 1000n) / 1e6;
  }

  protected emit(level: Level, name: string, message: string, msgid?: string): void {
    if (!this.options.json) return this.screen.line(displayText(message));
    const type = "log_message";
    const levelname = level.toUpperCase();
    this.event({ type, time: this.time(), message, levelname, name, ...(msgid !== undefined && { msgid }) });
  }
}
