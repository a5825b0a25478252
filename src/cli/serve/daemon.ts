import type { Environment } from "../../platform/environment.ts";
import { ownCommand } from "../../platform/own_command.ts";
import type { AuthorizedKey } from "../../repository/remote/ssh/daemon/authorized_keys.ts";
import type { Client } from "../../repository/remote/ssh/daemon/door.ts";
import type { DaemonListener } from "../../repository/remote/ssh/daemon/listener.ts";
import type { Listening } from "../../repository/remote/ssh/daemon/daemon.ts";
import { serveWords } from "../../repository/remote/ssh/daemon/serve_words.ts";
import type { House } from "../../repository/remote/ssh/daemon/visitor.ts";
import type { Context } from "../context.ts";
import { Log } from "../log.ts";
import { DAEMON_TEXTS } from "../texts/daemon.ts";
import { textOf } from "../texts/texts.ts";
import type { ServeOptions } from "./session.ts";

/** What the stand-alone server is told on the command line. */
export interface DaemonOptions extends ServeOptions {
  readonly listen: Listening;
  readonly hostKeys: readonly string[];
  readonly authorizedKeys: string;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxAttempts: number;
  /** Seconds. */
  readonly loginGraceTime: number;
  /** Seconds; 0 = for ever. */
  readonly idleTimeout: number;
}

/** What the process of a session gets of our environment; nothing of it comes from the client. */
const HANDED_ON = [
  "BORG_BASE_DIR",
  "BORG_CACHE_DIR",
  "BORG_CONFIG_DIR",
  "BORG_EXIT_CODES",
  "BORG_HOST_ID",
  "BORG_SECURITY_DIR",
  "BORG_SHOW_SYSINFO",
  "BORG_WORKAROUNDS",
  "HOME",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "LOGNAME",
  "PATH",
  "SHELL",
  "TMPDIR",
  "TZ",
  "USER",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
];

/** Serves clients by SSH until a signal ends that. Throws DaemonProblem when it cannot start. */
export async function serveBySsh(options: DaemonOptions, context: Context): Promise<void> {
  const [{ runDaemon }, { readHostKey }] = await Promise.all([
    import("../../repository/remote/ssh/daemon/daemon.ts"),
    import("../../repository/remote/ssh/daemon/host_key.ts"),
  ]);
  const house: House = {
    hostKeys: options.hostKeys.map(readHostKey),
    authorizedKeys: options.authorizedKeys,
    limits: {
      connections: options.maxConnections,
      connectionsPerAddress: options.maxConnectionsPerAddress,
      attempts: options.maxAttempts,
      graceTime: options.loginGraceTime * 1000,
    },
    listener: listenerOf(context),
    now: Date.now,
    session: (key, command, client) => ({
      words: [...ownCommand(), ...sessionWords(options, key)],
      environment: { ...handedOn(context.env), ...told(command, client) },
      idleTime: options.idleTimeout * 1000,
    }),
  };
  await runDaemon(options.listen, house, context.interruption.now);
}

/** A daemon's log begins where other commands' logs would need `--info`. */
function listenerOf({ log: { screen, clock, options } }: Context): DaemonListener {
  const level = options.level === "warning" ? "info" : options.level;
  const log = new Log(screen, clock, { ...options, level });
  return (level, message, ...data) => log.write(level, textOf(DAEMON_TEXTS, message, data));
}

/** The key's own command, or what this server was started with. */
function sessionWords(options: DaemonOptions, { command }: AuthorizedKey): string[] {
  if (command !== undefined) return serveWords(command)!;
  const { restrictToPaths, restrictToRepositories, appendOnly, storageQuota, umask } = options;
  return [
    "serve",
    `--umask=${umask.toString(8).padStart(4, "0")}`,
    ...restrictToPaths.map((path) => `--restrict-to-path=${path}`),
    ...restrictToRepositories.map((path) => `--restrict-to-repository=${path}`),
    ...(appendOnly ? ["--append-only"] : []),
    ...(storageQuota === undefined ? [] : [`--storage-quota=${storageQuota}`]),
  ];
}

function handedOn(env: Environment): Environment {
  const names = HANDED_ON.filter((name) => env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

function told(command: string, { name }: Client): Environment {
  return { SSH_ORIGINAL_COMMAND: command, SSH_CONNECTION: name };
}
