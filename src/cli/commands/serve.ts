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
import { type DaemonOptions, serveBySsh } from "../serve/daemon.ts";
import { listeningAddress } from "../serve/listening_address.ts";
import { type ServeOptions, serveSession } from "../serve/session.ts";
import { UsageProblem } from "../usage_problem.ts";

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

--umask is that of the files made here: clients do not send theirs.

With --listen this is an SSH server of its own, for machines that have none. It knows the holders of the keys in the file
that --authorized-keys names, whatever user they log in as, runs "borg serve" for them as the user that it runs as, and does
nothing else. The file is that of OpenSSH, with the options command= (a "borg serve" with restrictions of its own), from=,
expiry-time= and restrict; it is read again for each connection. The restrictions given here are for keys without command=.

  ssh-keygen -t ed25519 -N '' -f host_key
  borg serve --listen :2222 --host-key host_key --authorized-keys authorized_keys --restrict-to-path /srv/backups`;

/** Options that only mean something with --listen, and their values when they are not given. */
const LIMITS = {
  maxConnections: 100,
  maxConnectionsPerAddress: 10,
  maxAttempts: 6,
  loginGraceTime: 60,
  idleTimeout: 0,
} as const;

type LimitOptions = { readonly [K in keyof typeof LIMITS]: number | undefined };

/** The command line as it is: with --listen or without. */
export interface ServeArguments extends ServeOptions, LimitOptions {
  readonly listen: DaemonOptions["listen"] | undefined;
  readonly hostKeys: readonly string[];
  readonly authorizedKeys: string | undefined;
}

export const serve: Command<ServeArguments> = {
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
  declareDaemon(parser, types);
}

function declareDaemon(parser: ArgumentParser, types: ArgumentTypes): void {
  const group = parser.add_argument_group("Stand-alone SSH server");
  const file = { metavar: "FILE", type: types.path };
  group.add_argument("--listen", {
    dest: "listen",
    type: listeningAddress,
    metavar: "ADDR:PORT",
    help: "wait for connections at this address (:PORT = at all addresses) until a signal ends that",
  });
  group.add_argument("--host-key", {
    ...file,
    dest: "hostKeys",
    action: "append",
    default: [],
    help: "private key by which clients know this server; may be given several times, for keys of several types",
  });
  group.add_argument("--authorized-keys", { ...file, dest: "authorizedKeys", help: "keys of those who may log in" });
  const limit = (option: string, dest: keyof typeof LIMITS, metavar: string, help: string) =>
    group.add_argument(option, { dest, type: types.integer, metavar, help: `${help} (default: ${LIMITS[dest]})` });
  limit("--max-connections", "maxConnections", "N", "connections at a time");
  limit("--max-connections-per-address", "maxConnectionsPerAddress", "N", "of these from one address");
  limit("--max-auth-attempts", "maxAttempts", "N", "failed attempts to log in, then the connection ends");
  limit("--login-grace-time", "loginGraceTime", "SECONDS", "time to log in and start a session");
  limit("--idle-timeout", "idleTimeout", "SECONDS", "end sessions in which nothing was sent for so long, 0 = never");
}

function run(options: ServeArguments, context: Context): Promise<void> {
  const daemon = daemonOptions(options);
  return daemon === undefined ? serveStandardStreams(options, context) : serveBySsh(daemon, context);
}

function daemonOptions(options: ServeArguments): DaemonOptions | undefined {
  const { listen, hostKeys, authorizedKeys } = options;
  const limits = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  if (listen === undefined) {
    const given = [
      hostKeys.length > 0,
      authorizedKeys !== undefined,
      ...limits.map((name) => options[name] !== undefined),
    ];
    if (given.includes(true)) throw new UsageProblem("options of the SSH server need --listen");
    return undefined;
  }
  if (hostKeys.length === 0 || authorizedKeys === undefined) {
    throw new UsageProblem("--listen needs --host-key and --authorized-keys");
  }
  for (const name of limits) {
    if ((options[name] ?? 0) < 0) throw new UsageProblem("limits must not be negative");
  }
  const chosen = Object.fromEntries(limits.map((name) => [name, options[name] ?? LIMITS[name]])) as typeof LIMITS;
  return { ...options, ...chosen, listen, authorizedKeys };
}

async function serveStandardStreams(options: ServeOptions, context: Context): Promise<void> {
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
