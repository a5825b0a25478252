import {
  Action,
  type ActionConstructorOptions,
  ArgumentParser,
  type Namespace,
  RawDescriptionHelpFormatter,
} from "argparse";
import type { ArgumentTypes } from "./argument_types.ts";
import type { Declaration } from "./command.ts";
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
  readonly declaration: Declaration;
  readonly options: CommonOptions;
  /** What to tell about deprecated options. */
  readonly warnings: readonly string[];
  /** Refuses the command line with the usage of its command. */
  refuse(reason: string): never;
}

/** Everything ends in a ParserExit: a parser neither prints nor ends the process. */
class CommandLineParser extends ArgumentParser {
  override print_help(): never {
    throw new ParserExit(0, this.format_help(), "");
  }

  override error(reason: string): never {
    throw new ParserExit(2, "", `${this.format_usage()}${this.prog}: error: ${reason}\n`);
  }
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
  while (isContainer(entry)) {
    const parser = containerParser(entry, prog, types, entry === root);
    const { [REST]: rest, command, ...found } = { ...parser.parse_args(args) };
    merge(options, found);
    const next = entry.commands.find(({ name }) => name === command);
    if (next === undefined) return parser.print_help();
    [entry, prog, args] = [next, `${prog} ${next.name}`, rest];
  }
  const declaration = await entry.load();
  const parser = commandParser(declaration, prog, types);
  merge(options, { ...parser.parse_args(args) });
  const warnings = resolveDeprecations(options);
  // The declaration's destinations are the fields of its options: the one place where that is taken on trust.
  return {
    declaration,
    options: options as unknown as CommonOptions,
    warnings,
    refuse: (reason) => parser.error(reason),
  };
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

function commandParser(declaration: Declaration, prog: string, types: ArgumentTypes): CommandLineParser {
  const parser = createParser(prog, declaration.help, declaration.epilog);
  addCommonOptions(parser, types, false);
  declaration.declare(parser, types);
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
