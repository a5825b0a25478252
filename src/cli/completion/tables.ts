import { COMMON_OPTIONS } from "../options/common.ts";
import { allOutlines, type OptionOutline, type Outline } from "../outline.ts";
import { type Expectation, expectedOfOption, expectedOfPositional } from "./expectations.ts";

/** A word that can be typed, and what it is about. */
export interface Candidate {
  readonly word: string;
  readonly help: string;
}

/** What a completion script knows. Commands are named by all their words, such as `borg key export`. */
export interface Tables {
  /** The words that may follow a command. */
  readonly commands: ReadonlyMap<string, readonly Candidate[]>;
  /** The options of a command's own. */
  readonly options: ReadonlyMap<string, readonly Candidate[]>;
  /** The options that every command has. */
  readonly common: readonly Candidate[];
  /** What options take, by the keys `COMMAND OPTION`, or `OPTION` for those that every command has. */
  readonly values: ReadonlyMap<string, Expectation>;
  /** What arguments are, by the keys `COMMAND POSITION`, from 0 on; files are missing. */
  readonly positionals: ReadonlyMap<string, Expectation>;
}

export function tablesOf(root: Outline): Tables {
  const outlines = allOutlines(root);
  const byName = <T>(choose: (outline: Outline) => readonly T[]) =>
    new Map(
      outlines.map((outline) => [nameOf(outline), choose(outline)] as const).filter(([, { length }]) => length > 0),
    );
  return {
    commands: byName(({ commands }) => commands.map((command) => candidate(command.words.at(-1)!, command.help))),
    options: byName(({ options }) => candidatesOf(options.filter(({ group }) => group !== COMMON_OPTIONS))),
    common: candidatesOf(root.options.filter(({ group }) => group === COMMON_OPTIONS)),
    values: new Map(outlines.flatMap(valuesOf)),
    positionals: new Map(outlines.flatMap((outline) => positionalsOf(outline, root))),
  };
}

function candidatesOf(options: readonly OptionOutline[]): Candidate[] {
  return options.flatMap(({ spellings, help }) => spellings.map((spelling) => candidate(spelling, help)));
}

function nameOf({ words }: Outline): string {
  return words.join(" ");
}

function candidate(word: string, help: string): Candidate {
  return { word, help: help.replaceAll(/\s+/g, " ") };
}

function valuesOf(outline: Outline): [string, Expectation][] {
  return outline.options.filter(({ metavar }) => metavar !== "").flatMap((option) => {
    const expected = expectedOfOption(option);
    const prefix = option.group === COMMON_OPTIONS ? "" : `${nameOf(outline)} `;
    return option.spellings.map((spelling): [string, Expectation] => [`${prefix}${spelling}`, expected]);
  });
}

function positionalsOf(outline: Outline, root: Outline): [string, Expectation][] {
  return outline.positionals.map((positional, position): [string, Expectation] => [
    `${nameOf(outline)} ${position}`,
    expectedOfPositional(positional, root),
  ]).filter(([, { kind }]) => kind !== "files");
}
