import { type Action, type ArgumentParser, SUPPRESS } from "argparse";
import { createArgumentTypes } from "./argument_types.ts";
import { type CommandEntry, isContainer } from "./command_tree.ts";
import { parserFor } from "./parser.ts";

/** What the command line of a command looks like, as data. */
export interface Outline {
  /** The words that call it, `borg` first. */
  readonly words: readonly string[];
  readonly help: string;
  readonly epilog: string;
  readonly options: readonly OptionOutline[];
  readonly positionals: readonly PositionalOutline[];
  /** The commands that may follow; none where arguments follow. */
  readonly commands: readonly Outline[];
}

interface ArgumentOutline {
  readonly dest: string;
  /** What stands for a value in help texts; empty for an option without one. */
  readonly metavar: string;
  readonly help: string;
  /** The only values that are taken; none where others are. */
  readonly choices: readonly string[];
}

export interface OptionOutline extends ArgumentOutline {
  readonly spellings: readonly string[];
  readonly required: boolean;
  /** The heading that it stands under; empty for those of the command itself. */
  readonly group: string;
}

export interface PositionalOutline extends ArgumentOutline {
  readonly optional: boolean;
  /** Whether several may be given. */
  readonly many: boolean;
}

/** The outline of a command and of all that may follow it. */
export async function outlineOf(entry: CommandEntry, words: readonly string[] = [entry.name]): Promise<Outline> {
  const parser = await parserFor(entry, words.join(" "), createArgumentTypes(NOWHERE));
  const following = isContainer(entry) ? entry.commands : [];
  const positionals = isContainer(entry) ? [] : inside(parser)._actions.filter(({ option_strings: [first] }) => !first);
  return {
    words,
    help: parser.description ?? "",
    epilog: parser.epilog ?? "",
    options: optionsOf(parser),
    positionals: positionals.map(positionalOf),
    commands: await Promise.all(following.map((command) => outlineOf(command, [...words, command.name]))),
  };
}

/** The outline itself and those of all commands below it. */
export function allOutlines(outline: Outline): readonly Outline[] {
  return [outline, ...outline.commands.flatMap(allOutlines)];
}

/** Nothing is parsed: the types are never called. */
const NOWHERE = {
  defaultRepository: undefined,
  expand: (text: string) => text,
  readFile: () => "",
  modificationTime: () => undefined,
};

/** What the library's types keep to themselves. */
interface ParserInside {
  readonly _actions: readonly Action[];
  readonly _action_groups: readonly { readonly title?: string | null; readonly _group_actions: readonly Action[] }[];
}

function inside(parser: ArgumentParser): ParserInside {
  return parser as unknown as ParserInside;
}

/** The titles that the library gives to arguments which have been put into no group. */
const OWN_GROUPS = ["positional arguments", "options", "required arguments"];

function optionsOf(parser: ArgumentParser): OptionOutline[] {
  return inside(parser)._action_groups.flatMap(({ title, _group_actions }) =>
    _group_actions.filter(({ option_strings }) => option_strings.length > 0)
      .map((action) => optionOf(action, OWN_GROUPS.includes(title ?? "") ? "" : title ?? ""))
  );
}

function optionOf(action: Action, group: string): OptionOutline {
  const { option_strings, required, nargs } = action;
  return {
    ...argumentOf(action),
    ...(nargs === 0 && { metavar: "" }),
    spellings: option_strings,
    required: required === true,
    group,
  };
}

function positionalOf(action: Action): PositionalOutline {
  const { nargs } = action;
  return {
    ...argumentOf(action),
    optional: nargs === "?" || nargs === "*" || nargs === "...",
    many: nargs === "*" || nargs === "+" || nargs === "...",
  };
}

function argumentOf({ dest, metavar, help, choices }: Action): ArgumentOutline {
  return {
    dest,
    metavar: typeof metavar === "string" ? metavar : "",
    help: help === SUPPRESS ? "" : help ?? "",
    choices: choices === undefined || choices === null ? [] : [...choices as Iterable<unknown>].map(String),
  };
}
