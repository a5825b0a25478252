import type { ClientSettings } from "./client_settings.ts";
import type { FollowedDirective } from "./directives.ts";
import { Unsupported } from "./unsupported.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** The words for yes and no. */
export const FLAGS: Readonly<Record<string, boolean>> = { yes: true, true: true, no: false, false: false };

/** Yes or no. */
export function flagOf(settings: ClientSettings, name: FollowedDirective, initial: boolean): boolean {
  return choiceOf(settings, name, FLAGS, initial);
}

/** What a word stands for. Throws Unsupported for a word that is none of the choices. */
export function choiceOf<T>(
  settings: ClientSettings,
  name: FollowedDirective,
  choices: Readonly<Record<string, T>>,
  initial: T,
): T {
  const word = settings.word(name)?.toLowerCase();
  if (word === undefined) return initial;
  if (!Object.hasOwn(choices, word)) throw new Unsupported(`${name} ${word}`);
  return choices[word]!;
}

/** A number that is not negative. Throws Unsupported for anything else. */
export function numberOf(settings: ClientSettings, name: FollowedDirective, initial: number): number {
  const word = settings.word(name);
  if (word === undefined) return initial;
  if (!/^\d{1,9}$/.test(word)) throw new Unsupported(`${name} ${word}`);
  return Number(word);
}

/** Seconds, or numbers with units one after the other: `1h30m`. Throws Unsupported for anything else. */
export function timeOf(settings: ClientSettings, name: FollowedDirective, initial: number): number {
  const word = settings.word(name)?.toLowerCase();
  if (word === undefined || word === "none") return initial;
  if (!/^(?:\d{1,9}[smhdw]?)+$/.test(word)) throw new Unsupported(`${name} ${word}`);
  const parts = [...word.matchAll(/(\d+)([smhdw]?)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}
