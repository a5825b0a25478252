import { readBracket } from "./bracket.ts";
import { PatternError } from "./pattern_error.ts";
import { literal } from "./regex_literal.ts";

/** Some of a pattern's characters as a part of an expression, and where the pattern goes on. */
interface Piece {
  readonly source: string;
  readonly end: number;
}

interface Dialect {
  /** What the `*`, `?` or `**` at `start` stands for. */
  wildcard(pattern: readonly string[], start: number): Piece;
  /** The class for a range that ends before it begins. */
  reversedRange(): string;
}

const NOT_SLASH = "[^\\/]";

const FNMATCH: Dialect = {
  wildcard: (pattern, start) => pattern[start] === "?" ? { source: ".", end: start + 1 } : stars(pattern, start, ".*"),
  reversedRange: () => "",
};

const SHELL: Dialect = {
  wildcard(pattern, start) {
    if (pattern[start] === "?") return { source: NOT_SLASH, end: start + 1 };
    if (isDirectories(pattern, start)) return { source: `(?:${NOT_SLASH}*\\/)*`, end: start + 3 };
    return stars(pattern, start, `${NOT_SLASH}*`);
  },
  reversedRange() {
    throw new PatternError("bad character range in a shell pattern");
  },
};

/**
 * Source of the expression, for the flags `sv`, of a pattern in which `*` and `?` match every character: Python's fnmatch.
 */
export function translateFnmatch(pattern: string): string {
  return translate([...pattern], FNMATCH);
}

/**
 * Source of the expression, for the flags `sv`, of a pattern in which `*` and `?` stop at a slash and a `**` with a slash
 * after it stands for any number of directories. Throws PatternError.
 */
export function translateShell(pattern: string): string {
  return translate([...pattern], SHELL);
}

function translate(pattern: readonly string[], dialect: Dialect): string {
  let source = "";
  for (let at = 0; at < pattern.length;) {
    const piece = nextPiece(pattern, at, dialect);
    source += piece.source;
    at = piece.end;
  }
  return source;
}

function nextPiece(pattern: readonly string[], start: number, dialect: Dialect): Piece {
  const character = pattern[start]!;
  if (character === "*" || character === "?") return dialect.wildcard(pattern, start);
  const bracket = character === "[" ? readBracket(pattern, start, dialect.reversedRange) : undefined;
  return bracket ?? { source: literal(character), end: start + 1 };
}

/** Several stars in a row are one, which saves the expression from trying every way to share the text among them. */
function stars(pattern: readonly string[], start: number, source: string): Piece {
  let end = start + 1;
  while (pattern[end] === "*" && !isDirectories(pattern, end)) end++;
  return { source, end };
}

function isDirectories(pattern: readonly string[], start: number): boolean {
  return pattern[start] === "*" && pattern[start + 1] === "*" && pattern[start + 2] === "/";
}
