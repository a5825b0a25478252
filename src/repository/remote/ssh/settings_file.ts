import { type Directive, LineType, parse, type Section } from "ssh-config";
import { Unsupported } from "./unsupported.ts";

/** One directive with its words; those that come after `Host` or `Match`, up to the next of these, belong to it. */
export interface Setting {
  /** In lower case. */
  readonly name: string;
  readonly words: readonly string[];
  readonly block?: readonly Setting[];
}

/** These take one value that may hold blanks. */
const WHOLE_LINE = new Set(["proxycommand", "localcommand", "remotecommand", "knownhostscommand"]);
/** The parser takes any `#` for the start of a comment, OpenSSH only one that begins a word. */
const HASH_IN_WORD = /^[^\S\n]*[^#\s][^\n]*[^\s"=]#/m;

/** The lines of an OpenSSH client configuration. Throws Unsupported for what cannot be read with certainty. */
export function parseSettings(text: string, path: string): Setting[] {
  if (HASH_IN_WORD.test(text)) throw new Unsupported(`a "#" within a word in ${path}`);
  if (text.trim() === "") return [];
  return settingsOf(parseLines(text, path), path);
}

function parseLines(text: string, path: string): readonly object[] {
  try {
    return parse(text);
  } catch (error) {
    throw new Unsupported(`the syntax of ${path}`, { cause: error });
  }
}

function settingsOf(lines: readonly object[], path: string): Setting[] {
  return lines.filter(isDirective).map((line) => {
    if (/[\r\n]/.test(line.param + line.separator)) throw new Unsupported(`a directive without a value in ${path}`);
    const name = line.param.toLowerCase();
    const { config } = line as Section;
    return { name, words: wordsOf(line, name), ...(config && { block: settingsOf(config, path) }) };
  });
}

function isDirective(line: object): line is Directive {
  return (line as Directive).type === LineType.DIRECTIVE && (line as Directive).param !== "";
}

function wordsOf({ value, quoted }: Directive, name: string): string[] {
  if (typeof value !== "string") return value.map(({ val }) => val);
  return quoted || WHOLE_LINE.has(name) ? [value] : value.split(/[ \t]+/).filter((word) => word !== "");
}
