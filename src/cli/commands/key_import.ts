import type { ArgumentParser } from "argparse";
import { parseExportedKey } from "../../crypto/export.ts";
import { readPaperKey } from "../../crypto/paper_import.ts";
import { importRepositoryKey } from "../../operations/keys.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { readKeyCopy } from "../key_copy.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";
import { PaperKeyPrompter } from "../paper_key_prompter.ts";
import { CommandError } from "../usage_problem.ts";

export interface KeyImportOptions extends CommonOptions, LocationOptions {
  /** `-` = standard input; undefined with `--paper`. */
  readonly path: string | undefined;
  readonly paper: boolean;
}

const TEXT = `
Puts a key back that "borg key export" made a copy of. With --paper its lines are typed in, and each is verified.

A key that belongs into the repository is written there. Any other goes to the file that BORG_KEY_FILE names; without that,
to the key file that the repository has on this machine already, or to a new one.`;

export const keyImport: Command<KeyImportOptions> = {
  name: "import",
  help: "Read a key from a copy",
  epilog: epilog(TEXT),
  declare,
  check,
  run,
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
  if (!paper && path === undefined) throw new CommandError("input file to import key from expected");
  return options;
}

async function run({ location, path }: KeyImportOptions, context: Context): Promise<void> {
  const home = await importRepositoryKey(hostOf(context), location, async (repositoryId) => {
    if (path !== undefined) return parseExportedKey(await readKeyCopy(path, context.stdin), repositoryId);
    return await readPaperKey(repositoryId, new PaperKeyPrompter(context));
  });
  if (home === undefined) context.stdout.write("\n - aborted\n");
}
