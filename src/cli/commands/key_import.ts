import type { ArgumentParser } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Declaration } from "../command.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type RepositoryOptions } from "../options/repository.ts";
import { CommandError } from "../usage_problem.ts";

export interface KeyImportOptions extends CommonOptions, RepositoryOptions {
  /** `-` = standard input; undefined with `--paper`. */
  readonly path: string | undefined;
  readonly paper: boolean;
}

const TEXT = `
Puts a key back that "borg key export" made a copy of. With --paper its lines are typed in, and each is verified.

A key that belongs into the repository is written there. Any other goes to the file that BORG_KEY_FILE names; without that,
to the key file that the repository has on this machine already, or to a new one.`;

export const keyImport: Declaration<KeyImportOptions> = {
  name: "import",
  help: "Read a key from a copy",
  epilog: epilog(TEXT),
  declare,
  check,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "whose key it is");
  parser.add_argument("path", {
    metavar: "PATH",
    nargs: "?",
    type: types.path,
    help: "the copy; - is standard input",
  });
  flag(parser, "--paper", "paper", "type in a key from paper");
}

function check(options: KeyImportOptions): KeyImportOptions {
  const { paper, path } = options;
  if (paper && path !== undefined) throw new CommandError("with --paper import from file is not supported");
  if (!paper && path === undefined) throw new CommandError("expected input file to import key from");
  return options;
}
