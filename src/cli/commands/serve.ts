import type { ArgumentParser } from "argparse";
import { incoming } from "../../platform/incoming.ts";
import { Outgoing } from "../../platform/outgoing.ts";
import { STDIN, STDOUT } from "../../platform/output.ts";
import { SystemError } from "../../platform/system_error.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import { BrokenPipe, type Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { flag } from "../options/flag.ts";
import { type ServeOptions, serveSession } from "../serve/session.ts";

const TEXT = `
Serves repositories of this machine to one client, over standard input and output. It is not called by hand: the client
starts it by ssh. Without restrictions the client may use every repository that this user can read and write.

As a forced command in ~/.ssh/authorized_keys it limits what a key is good for:

  command="borg serve --restrict-to-path /srv/backups/web",restrict ssh-ed25519 AAAA...

The command that the client asked for is then in SSH_ORIGINAL_COMMAND. Only its log level, --debug-topic and --lock-wait
count, and only if it is a "borg serve" as well.

Symbolic links are resolved before a path is compared with those that are allowed. With both --restrict-to-path and
--restrict-to-repository, a repository must satisfy both.

--append-only keeps clients from giving space back, so that whatever they delete can be restored by rolling the
repository back on this machine. It does not hold for repositories that they make.

--umask is that of the files made here: clients do not send theirs.`;

export const serve: Command<ServeOptions> = {
  name: "serve",
  help: "Serve repositories of this machine to a client",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  const paths = (option: string, dest: string, help: string) =>
    parser.add_argument(option, { dest, action: "append", default: [], type: types.path, metavar: "PATH", help });
  paths(
    "--restrict-to-path",
    "restrictToPaths",
    "allow only repositories in this directory and below; may be given several times",
  );
  paths(
    "--restrict-to-repository",
    "restrictToRepositories",
    "allow only the repository at this path, which may not exist yet; may be given several times",
  );
  flag(parser, "--append-only", "appendOnly", "let existing repositories only grow: what is deleted stays on disk");
  parser.add_argument("--storage-quota", {
    dest: "storageQuota",
    type: types.quota,
    metavar: "QUOTA",
    help: "the most that a repository may take, whatever its configuration says, e.g. 5G or 1.5T (default: no limit)",
  });
}

async function run(options: ServeOptions, context: Context): Promise<void> {
  const signal = context.interruption.now;
  const outgoing = new Outgoing(STDOUT, signal);
  try {
    await serveSession({ input: incoming(STDIN, signal), write: (bytes) => write(outgoing, bytes) }, options, context);
  } finally {
    outgoing.close();
  }
}

async function write(outgoing: Outgoing, bytes: Uint8Array): Promise<void> {
  try {
    await outgoing.write(bytes);
  } catch (error) {
    if (error instanceof SystemError && error.code === "EPIPE") throw new BrokenPipe({ cause: error });
    throw error;
  }
}
