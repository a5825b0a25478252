import { Buffer } from "node:buffer";
import { openSync, writeSync } from "node:fs";
import { encodeText } from "../../encoding/path.ts";
import { asSystemError } from "../../platform/system_error.ts";

/** Where configured messages can go, beside files. */
export interface Streams {
  stderr(line: string): void;
  stdout(line: string): void;
}

/** Takes formatted messages, without line breaks at their ends. */
export type Handler = (line: string) => void;

const FILES = [
  "FileHandler",
  "logging.FileHandler",
  "handlers.WatchedFileHandler",
  "logging.handlers.WatchedFileHandler",
];
const STREAMS = ["StreamHandler", "logging.StreamHandler"];
const NONE = ["NullHandler", "logging.NullHandler"];

/**
 * The handler of a class of Python's logging module, made with these arguments, written as a tuple of Python. Throws an Error
 * for classes that are not known, and SystemErrors.
 */
export function createHandler(name: string, tuple: string, streams: Streams): Handler {
  const args = readTuple(tuple);
  if (NONE.includes(name)) return () => {};
  if (STREAMS.includes(name)) return streamHandler(args, streams);
  if (FILES.includes(name)) return fileHandler(args);
  throw new Error(`handlers of the class ${name} are not supported`);
}

function streamHandler([stream = "sys.stderr"]: readonly string[], streams: Streams): Handler {
  if (stream === "sys.stderr") return (line) => streams.stderr(line);
  if (stream === "sys.stdout") return (line) => streams.stdout(line);
  throw new Error(`there is no stream ${stream}`);
}

function fileHandler([path, mode = "'a'"]: readonly string[]): Handler {
  const flag = unquoted(mode);
  if (path === undefined || !["a", "w", "x"].includes(flag)) {
    throw new Error("a file handler needs a path, and may have a mode");
  }
  const file = open(unquoted(path), flag === "x" ? "wx" : flag);
  return (line) => void writeSync(file, encodeText(`${line}\n`));
}

function open(path: string, flag: string): number {
  try {
    return openSync(Buffer.from(encodeText(path)), flag);
  } catch (error) {
    throw asSystemError(error) ?? error;
  }
}

/** What stands between the commas of a tuple. */
function readTuple(text: string): string[] {
  const inside = /^\s*\((.*)\)\s*$/s.exec(text)?.[1];
  if (inside === undefined) throw new Error(`not a tuple: ${text}`);
  return inside.match(/'[^']*'|"[^"]*"|[^\s,]+/g) ?? [];
}

function unquoted(text: string): string {
  const quoted = /^(?:'([^']*)'|"([^"]*)")$/.exec(text);
  if (!quoted) throw new Error(`not a text: ${text}`);
  return quoted[1] ?? quoted[2]!;
}
