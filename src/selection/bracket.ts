import { literal } from "./regex_literal.ts";

/** A `[...]` of a shell pattern: the class of an expression, and where the pattern goes on. */
export interface Bracket {
  readonly source: string;
  readonly end: number;
}

/**
 * Reads the `[...]` that begins at `start`, undefined if no `]` closes it: the `[` then stands for itself. As with fnmatch,
 * `!` negates, a `]` right at the beginning and a `-` at either end stand for themselves.
 *
 * @param reversed the class for a range that ends before it begins
 */
export function readBracket(pattern: readonly string[], start: number, reversed: () => string): Bracket | undefined {
  const negated = pattern[start + 1] === "!";
  const first = start + (negated ? 2 : 1);
  const close = pattern.indexOf("]", first + 1);
  if (close < 0) return undefined;
  let members = "";
  for (let i = first; i < close;) {
    const isRange = pattern[i + 1] === "-" && i + 2 < close;
    members += isRange ? range(pattern[i]!, pattern[i + 2]!, reversed) : literal(pattern[i]!);
    i += isRange ? 3 : 1;
  }
  return { source: `[${negated ? "^" : ""}${members}]`, end: close + 1 };
}

function range(low: string, high: string, reversed: () => string): string {
  return low.codePointAt(0)! > high.codePointAt(0)! ? reversed() : `${literal(low)}-${literal(high)}`;
}
