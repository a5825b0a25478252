import type { ArgumentParser } from "argparse";
import type { Host } from "../../operations/host.ts";
import { checkWait } from "../../operations/opening.ts";
import { askVersion } from "../../repository/remote/access.ts";
import { versionText } from "../../repository/remote/versions.ts";
import type { ArgumentTypes, LocationArgument } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
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

async function run({ location }: VersionOptions, context: Context): Promise<void> {
  const server = location?.kind === "ssh" ? await serverVersion(hostOf(context), location) : BORG_VERSION;
  context.stdout.write(`${BORG_VERSION} / ${server}\n`);
}

async function serverVersion(host: Host, location: LocationArgument): Promise<string> {
  return versionText(await askVersion(host.remote, location, () => checkWait(host)));
}
