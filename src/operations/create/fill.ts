import { decodeText } from "../../encoding/path.ts";
import { BorgError } from "../../errors.ts";
import { quotePath } from "../../platform/quote_path.ts";
import { close } from "../../platform/file.ts";
import { type Child, exitOf, spawn } from "../../platform/spawn.ts";
import { SystemError } from "../../platform/system_error.ts";
import type { Reporter } from "../reporter.ts";
import { parseRoot } from "./archived_path.ts";
import { type ReadInto, readWhenReady } from "./read_into.ts";
import type { Visitor } from "./source.ts";
import type { StreamAttributes } from "./stream.ts";
import { Walk, type WalkRules } from "./walk.ts";

/** What is filled: an archive, or nothing but a list of what would be in it. */
export interface Filling {
  readonly visitor: Visitor;
  /** Archives everything that `read` gives as one file. */
  stream(attributes: StreamAttributes, read: ReadInto): Promise<void>;
  /** To be called with each path that is come to: shows it, and throws when the run must stop. */
  visit(path: string): void;
}

/** Where contents come from. */
export type Sources =
  /** Paths to be walked; `-` is standard input. */
  | { readonly kind: "roots"; readonly paths: readonly string[]; readonly stdin: ReadInto }
  /** What a command prints becomes one file. */
  | { readonly kind: "command"; readonly words: readonly string[] }
  /** Paths, each archived by itself, with `delimiter` between them; printed by a command, or read from a stream. */
  | { readonly kind: "path-list"; readonly from: readonly string[] | ReadInto; readonly delimiter: string };

export interface FillOptions {
  readonly sources: Sources;
  readonly rules: WalkRules;
  readonly stream: StreamAttributes;
  /** The environment of commands. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A command could not be run, or failed. */
export class SourceCommandError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("CommandError", [problem], options);
  }
}

/** Puts everything that the sources give into the filling. */
export async function fill(filling: Filling, options: FillOptions, reporter: Reporter): Promise<void> {
  const { sources, stream } = options;
  const walk = new Walk(options.rules, filling.visitor, reporter, filling.visit);
  switch (sources.kind) {
    case "roots":
      for (const path of sources.paths) {
        if (path === "-") await filling.stream(stream, sources.stdin);
        else await walkRoot(walk, path);
      }
      return;
    case "command":
      return await withOutput(sources.words, options.environment, filling, (read) => filling.stream(stream, read));
    case "path-list":
      return await fillFromList(walk, sources, options, filling);
  }
}

async function walkRoot(walk: Walk, text: string): Promise<void> {
  const { path, strip } = parseRoot(text);
  await walk.root(path, strip);
}

async function fillFromList(
  walk: Walk,
  { from, delimiter }: Extract<Sources, { kind: "path-list" }>,
  { environment }: FillOptions,
  filling: Filling,
): Promise<void> {
  const each = async (read: ReadInto) => {
    for await (const text of separated(read, delimiter)) {
      const { path, strip } = parseRoot(text);
      await walk.single(path, strip);
    }
  };
  if (typeof from === "function") await each(from);
  else await withOutput(from, environment, filling, each);
}

/** Runs a command and hands over what it prints. Throws SourceCommandError when it fails, after everything was read. */
async function withOutput(
  words: readonly string[],
  environment: FillOptions["environment"],
  filling: Filling,
  use: (read: ReadInto) => Promise<void>,
): Promise<void> {
  const child = start(words, environment);
  try {
    await use(readWhenReady(child.stdout!, () => filling.visit(words[0]!)));
  } finally {
    close(child.stdout!);
  }
  const status = await exitOf(child);
  if (status !== 0) throw new SourceCommandError(`Command ${quotePath(words[0]!)} exited with status ${status}`);
}

function start(words: readonly string[], environment: FillOptions["environment"]): Child {
  try {
    return spawn(words, { stdout: "pipe", environment });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new SourceCommandError(`Failed to execute command: ${error.message}`, { cause: error });
  }
}

const PIECE = 1 << 16;

/** The non-empty texts between delimiters. */
async function* separated(read: ReadInto, delimiter: string): AsyncGenerator<string> {
  let rest = "";
  for await (const text of decoded(read)) {
    const parts = (rest + text).split(delimiter);
    rest = parts.pop()!;
    yield* parts.filter((part) => part !== "");
  }
  if (rest !== "") yield rest;
}

/** The stream as text with undecodable bytes kept; a character is never cut in two. */
async function* decoded(read: ReadInto): AsyncGenerator<string> {
  const buffer = new Uint8Array(PIECE);
  let kept = 0;
  for (;;) {
    const got = await read(buffer.subarray(kept));
    const end = kept + got;
    const complete = got === 0 ? end : lastCharacterStart(buffer, end);
    if (complete > 0) yield decodeText(buffer.slice(0, complete));
    if (got === 0) return;
    buffer.copyWithin(0, complete, end);
    kept = end - complete;
  }
}

/** Where a character begins that may go on behind `end`; `end` when there is none. */
function lastCharacterStart(bytes: Uint8Array, end: number): number {
  for (let at = end - 1; at >= Math.max(end - 3, 0); at--) {
    if (bytes[at]! < 0x80) return end;
    if (bytes[at]! >= 0xc0) return at;
  }
  return end;
}
