import process from "node:process";
import { translateFnmatch, translateShell } from "./glob.ts";
import { normalPath } from "../encoding/normal_path.ts";
import { PatternError } from "./pattern_error.ts";
import { compilePythonRegex } from "./python_regex.ts";

/** How a pattern is understood: fnmatch, shell, regular expression, path prefix, full path (format reference 11.5). */
export type PatternStyle = "fm" | "sh" | "re" | "pp" | "pf";

export interface Pattern {
  readonly style: PatternStyle;
  /** As it was given, without the style. */
  readonly text: string;
  /** `path` and `path/`, as `normalizePath` gives the path. */
  matches(path: string, withSlash: string): boolean;
  /** The one path that a full path pattern matches. */
  readonly fullPath?: string;
}

const STYLES: readonly string[] = ["fm", "sh", "re", "pp", "pf"] satisfies PatternStyle[];

/** The style that `text` names. Throws PatternError. */
export function parseStyle(text: string): PatternStyle {
  if (STYLES.includes(text)) return text as PatternStyle;
  throw new PatternError(`Unknown pattern style: ${text}`);
}

/** Reads a pattern with or without `xx:` before it. Throws PatternError. */
export function parsePattern(text: string, defaultStyle: PatternStyle): Pattern {
  const named = /^([0-9A-Za-z]{2}):([^]*)$/.exec(text);
  return named ? createPattern(parseStyle(named[1]!), named[2]!) : createPattern(defaultStyle, text);
}

/** A path in the form that patterns are matched against: without slashes in front, and decomposed on macOS. */
export function normalizePath(path: string): string {
  return decompose(path.startsWith("/") ? path.replace(/^\/+/, "") : path);
}

function createPattern(style: PatternStyle, text: string): Pattern {
  const pattern = decompose(text);
  switch (style) {
    case "fm":
      return globPattern(style, text, translateFnmatch(globPath(pattern, "*/", "*")));
    case "sh":
      return globPattern(style, text, translateShell(globPath(pattern, "**/*/", "**/*")));
    case "re":
      return expressionPattern(text, compilePythonRegex(pattern));
    case "pp":
      return prefixPattern(text, withoutSlashes(normalPath(pattern) + "/"));
    case "pf":
      return fullPattern(text, withoutSlashes(normalPath(pattern)));
  }
}

/** The path of a glob with what makes it match all that is below: `inside` if it ends with a slash, else `below`. */
function globPath(pattern: string, inside: string, below: string): string {
  return withoutSlashes(`${normalPath(pattern)}/${pattern.endsWith("/") ? inside : below}`);
}

function globPattern(style: PatternStyle, text: string, source: string): Pattern {
  const expression = new RegExp(`^${source}$`, "sv");
  return { style, text, matches: (_path, withSlash) => expression.test(withSlash) };
}

function expressionPattern(text: string, expression: RegExp): Pattern {
  return { style: "re", text, matches: (path) => expression.test(path) };
}

function prefixPattern(text: string, prefix: string): Pattern {
  return { style: "pp", text, matches: (_path, withSlash) => withSlash.startsWith(prefix) };
}

function fullPattern(text: string, fullPath: string): Pattern {
  return { style: "pf", text, fullPath, matches: (path) => path === fullPath };
}

function withoutSlashes(path: string): string {
  return path.replace(/^\/+/, "");
}

function decompose(path: string): string {
  return process.platform === "darwin" ? path.normalize("NFD") : path;
}
