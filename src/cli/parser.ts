import {
  Action,
  type ActionConstructorOptions,
  ArgumentParser,
  type Namespace,
  RawDescriptionHelpFormatter,
  REMAINDER,
  ZERO_OR_MORE,
} from "argparse";
import type { ArgumentTypes } from "./argument_types.ts";
import type { Command } from "./command.ts";
import { addCommonOptions, type CommonOptions } from "./options/common.ts";
import { resolveDeprecations } from "./deprecations.ts";
import { type CommandEntry, isContainer } from "./command_tree.ts";
import { VERSION } from "./version.ts";

/** The command line ends here: help was asked for, or it is wrong. */
export class ParserExit extends Error {
  constructor(readonly status: number, readonly stdout: string, readonly stderr: string) {
    super(`exit with status ${status}`);
    this.name = "ParserExit";
  }
}

/** A command line that has been understood. */
export interface Invocation {
  readonly command: Command;
  readonly options: CommonOptions;
  /** What to tell about deprecated options. */
  readonly warnings: readonly string[];
  /** Refuses the command line with the usage of the program. */
  refuse(reason: string): never;
}

/**
 * Everything ends in a ParserExit: a parser neither prints nor ends the process. It takes positional arguments as Python did
 * until 3.12, which BorgBackup runs on: those that may be missing count as missing when an option comes in their place.
 */
class CommandLineParser extends ArgumentParser {
  override print_help(): never {
    throw new ParserExit(0, this.format_help(), "");
  }

  override error(reason: string): never {
    throw new ParserExit(2, "", `${this.format_usage()}${this.prog}: error: ${reason}\n`);
  }

  /** Named by the library, which calls it for each run of positional arguments: how many each action takes. */
  _match_arguments_partial(actions: readonly Action[], pattern: string): number[] {
    for (let count = actions.length; count > 0; count--) {
      const wanted = actions.slice(0, count).map((action) => this.#inside._get_nargs_pattern(action)).join("");
      const found = new RegExp(`^${wanted}`).exec(pattern);
      if (found) return found.slice(1).map(({ length }) => length);
    }
    return [];
  }

  /** Counts lists that may be empty among the arguments that are missing, when those before them are. */
  requireLists(): void {
    for (const action of this.#inside._actions) {
      const { nargs, option_strings, default: initial } = action;
      const mayBeEmpty = nargs === REMAINDER || (nargs === ZERO_OR_MORE && initial === undefined);
      if (mayBeEmpty && option_strings.length === 0) action.required = true;
    }
  }

  /** What the library's types keep to themselves. */
  get #inside(): ParserInside {
    return this as unknown as ParserInside;
  }
}

interface ParserInside {
  readonly _actions: readonly Action[];
  _get_nargs_pattern(action: Action): string;
}

const REST = "rest";

/** Stands for a command that is not loaded yet: it keeps all that follows the command's name. */
class DeferredParser extends ArgumentParser {
  override parse_known_args<T extends object = Namespace>(args: string[] = []): [T, string[]] {
    return [{ [REST]: args } as T, []];
  }
}

class VersionAction extends Action {
  constructor(options: ActionConstructorOptions) {
    super({ ...options, nargs: 0 });
  }

  override call(): never {
    throw new ParserExit(0, `borg ${VERSION}\n`, "");
  }
}

/**
 * Reads a command line level by level: what stands before the command, then, with only that command's module loaded, what
 * follows it. Later levels add to the options of earlier ones.
 */
export async function parseCommandLine(
  argv: readonly string[],
  root: CommandEntry,
  types: ArgumentTypes,
): Promise<Invocation> {
  let entry = root;
  let prog = root.name;
  let args = [...argv];
  const options: Record<string, unknown> = {};
  const refuse = (reason: string): never => outermostParser(root, types).error(reason);
  const parse = (parser: CommandLineParser) => {
    const [found, unknown] = parser.parse_known_args(args);
    return unknown.length === 0 ? { ...found } : refuse(`unrecognized arguments: ${unknown.join(" ")}`);
  };
  while (isContainer(entry)) {
    const parser = containerParser(entry, prog, types, entry === root);
    const { [REST]: rest, command, ...found } = parse(parser);
    merge(options, found);
    const next = entry.commands.find(({ name }) => name === command);
    if (next === undefined) return parser.print_help();
    [entry, prog, args] = [next, `${prog} ${next.name}`, rest];
  }
  const command = await entry.load();
  const parser = commandParser(command, prog, types);
  merge(options, parse(parser));
  const warnings = resolveDeprecations(options, argv);
  // The command's destinations are the fields of its options: the one place where that is taken on trust.
  return { command, options: options as unknown as CommonOptions, warnings, refuse };
}

function outermostParser(root: CommandEntry, types: ArgumentTypes): CommandLineParser {
  return containerParser(isContainer(root) ? root : { ...root, commands: [] }, root.name, types, true);
}

/** The help of the program, of a group of commands or of a command. */
export async function parserFor(entry: CommandEntry, prog: string, types: ArgumentTypes): Promise<ArgumentParser> {
  return isContainer(entry)
    ? containerParser(entry, prog, types, prog === entry.name)
    : commandParser(await entry.load(), prog, types);
}

function merge(options: Record<string, unknown>, found: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(found)) {
    const before = options[name];
    options[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
}

function containerParser(
  entry: CommandEntry & { readonly commands: readonly CommandEntry[] },
  prog: string,
  types: ArgumentTypes,
  outermost: boolean,
): CommandLineParser {
  const parser = createParser(prog, entry.help, "");
  if (outermost) {
    parser.add_argument("-V", "--version", { action: VersionAction, help: "show the version and exit" });
  }
  addCommonOptions(parser, types, outermost);
  const commands = parser.add_subparsers({
    title: "required arguments",
    metavar: "<command>",
    dest: "command",
    prog,
    parser_class: DeferredParser,
  });
  for (const { name, help } of entry.commands) commands.add_parser(name, { help, add_help: false });
  return parser;
}

function commandParser(command: Command, prog: string, types: ArgumentTypes): CommandLineParser {
  const parser = createParser(prog, command.help, command.epilog);
  addCommonOptions(parser, types, false);
  command.declare(parser, types);
  parser.requireLists();
  return parser;
}

function createParser(prog: string, description: string, epilog: string): CommandLineParser {
  return new CommandLineParser({
    prog,
    description,
    epilog,
    add_help: false,
    color: false,
    formatter_class: RawDescriptionHelpFormatter,
  });
}
