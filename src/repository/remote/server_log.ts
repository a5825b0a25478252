import { decodeText } from "../../encoding/path.ts";

export type ServerLogLevel = "debug" | "info" | "warning" | "error" | "critical";

/** A message of the server's log. */
export interface ServerMessage {
  readonly level: ServerLogLevel;
  /** Name of the logger, e.g. `borg.repository`. */
  readonly logger: string;
  readonly text: string;
  /** The object as it was received, from servers that write such. */
  readonly fields: Fields | undefined;
}

/** How far the server has come. */
export interface ServerProgress {
  /** Undefined at the end of the operation. */
  readonly text: string | undefined;
  readonly fields: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Hears what comes over a server's standard error (format reference 10.6). */
export interface ServerListener {
  message(message: ServerMessage): void;
  progress(progress: ServerProgress): void;
  /** A line of no known form: of `ssh` itself, or of a program that was started instead. */
  line(text: string): void;
  /** An object of a kind that is not known. */
  unknown(type: string): void;
}

/** Longest line that is kept together. */
const MOST = 1 << 20;

const LEVELS: Readonly<Record<string, ServerLogLevel>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "critical",
};

/** `$LOG INFO borg.repository Remote: the text`, before the negotiation and from old servers. */
const PLAIN_MESSAGE = /^\$LOG ([A-Z]+) (?:(\S+) )?Remote: ([^]*)$/;

/** Hands the lines of a server's standard error to a listener, until they end. */
export async function readServerLog(errors: AsyncIterable<Uint8Array>, listener: ServerListener): Promise<void> {
  let rest = "";
  for await (const part of errors) {
    const lines = (rest + decodeText(part)).split(/[\r\n]/);
    rest = lines.pop()!;
    for (const line of lines) tell(line, listener);
    if (rest.length <= MOST) continue;
    tell(rest, listener);
    rest = "";
  }
  tell(rest, listener);
}

function tell(line: string, listener: ServerListener): void {
  if (line === "") return;
  const fields = line.startsWith("{") ? parseFields(line) : undefined;
  if (fields) return tellFields(fields, line, listener);
  const [, level = "", logger = "", text = ""] = PLAIN_MESSAGE.exec(line) ?? [];
  if (level in LEVELS) listener.message({ level: LEVELS[level]!, logger, text, fields: undefined });
  else listener.line(line);
}

function parseFields(line: string): Fields | undefined {
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined; // a line that begins like an object and is none
  }
}

function tellFields(fields: Fields, line: string, listener: ServerListener): void {
  const { type, message, levelname, name, finished } = fields;
  const text = typeof message === "string" ? message : undefined;
  if (type === "log_message" && text !== undefined) {
    const level = LEVELS[String(levelname)] ?? "warning";
    listener.message({ level, logger: String(name ?? ""), text, fields });
  } else if (type === "progress_percent" || type === "progress_message") {
    listener.progress({ text: finished === true ? undefined : text ?? "", fields });
  } else if (typeof type === "string") listener.unknown(type);
  else listener.line(line);
}
