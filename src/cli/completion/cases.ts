import type { Expectation } from "./expectations.ts";

/** The keys that lead to the same text, and that text. */
export interface Case {
  readonly keys: readonly string[];
  readonly text: string;
}

/** One case for each text, so that a script holds every text once. */
export function casesOf<T>(table: ReadonlyMap<string, T>, textOf: (value: T) => string): Case[] {
  const keys = new Map<string, string[]>();
  for (const [key, value] of table) keys.set(textOf(value), [...keys.get(textOf(value)) ?? [], key]);
  return [...keys].map(([text, keys]) => ({ keys, text }));
}

/** Its kind, and the words if there are any. */
export function expectationText(expected: Expectation): string {
  return "words" in expected ? [expected.kind, ...expected.words].join(" ") : expected.kind;
}
