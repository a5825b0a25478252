import type { ArgumentParser } from "argparse";
import type { ArgumentTypes, LocationArgument } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { CommandError } from "../usage_problem.ts";
import { BORG_VERSION } from "../version.ts";

export interface VersionOptions extends CommonOptions {
  /** Undefined when neither the command line nor BORG_REPO names one. */
  readonly location: LocationArgument | undefined;
}

const TEXT = `
Shows the version of this program and that of the program that answers for REPOSITORY, as "client / server". For a local
repository, and without one, both are the same.`;

export const version: Command<VersionOptions> = {
  name: "version",
  help: "Show versions of client and server",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("location", {
    metavar: "REPOSITORY",
    nargs: "?",
    type: types.location("repository"),
    help: "the repository whose server to ask",
  });
}

function run(options: VersionOptions, { stdout }: Context): Promise<void> {
  if (options.location?.kind === "ssh") {
    throw new CommandError("remote repositories cannot be asked for their version yet");
  }
  stdout.write(`${BORG_VERSION} / ${BORG_VERSION}\n`);
  return Promise.resolve();
}
