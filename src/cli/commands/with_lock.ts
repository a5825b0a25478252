import { type ArgumentParser, REMAINDER } from "argparse";
import { runWithLock } from "../../operations/with_lock.ts";
import { childEnvironment } from "../../platform/environment.ts";
import { SystemError } from "../../platform/system_error.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";
import { CommandError } from "../usage_problem.ts";
import { VERSION } from "../version.ts";

export interface WithLockOptions extends CommonOptions, LocationOptions {
  readonly command: string;
  readonly args: readonly string[];
}

const TEXT = `
Runs a command while the repository is locked, so that no borg changes it meanwhile: to copy the repository, for example.
The exit status is that of the command, or 128+N when signal N ended it. Ctrl-C is left to the command.

A copy is locked as well: "borg break-lock" on the copy helps. The original and the copy must not both be written to.

Example:
  borg with-lock /mnt/backup/repo rsync -av /mnt/backup/repo /mnt/elsewhere/repo`;

export const withLock: Command<WithLockOptions> = {
  name: "with-lock",
  help: "Run a command while a repository is locked",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to lock");
  parser.add_argument("command", { metavar: "COMMAND", help: "the program to run" });
  parser.add_argument("args", { metavar: "ARGS", nargs: REMAINDER, help: "its arguments" });
}

async function run({ location, lockWait, command, args }: WithLockOptions, context: Context): Promise<void> {
  context.interruption.allowGoodEnd();
  const environment = childEnvironment(context.env, VERSION);
  try {
    const status = await runWithLock(hostOf(context), location, lockWait, [command, ...args], environment);
    context.outcome.child(status < 0 ? 128 - status : status);
  } catch (error) {
    if (error instanceof SystemError && error.syscall === "spawn") {
      throw new CommandError(`Failed to execute command: ${error.message}`);
    }
    throw error;
  }
  context.interruption.now.throwIfAborted();
}
