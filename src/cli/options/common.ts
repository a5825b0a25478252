import { type ArgumentGroup, type ArgumentOptions, type ArgumentParser, SUPPRESS } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Level } from "../log.ts";

/** How repositories on other machines are reached. */
export interface RemoteSettings {
  /** The command that makes connections. */
  readonly rsh: string | undefined;
  /** The program that is run on the other machine. */
  readonly remotePath: string | undefined;
  /** Kibibytes per second; 0 = unlimited. */
  readonly uploadRatelimit: number;
  readonly downloadRatelimit: number;
  /** Mebibytes; 0 = as little as possible. */
  readonly uploadBuffer: number;
}

/** Options that every command takes, before or after its name. */
export interface CommonOptions extends RemoteSettings {
  readonly logLevel: Level;
  readonly debugTopics: readonly string[];
  readonly progress: boolean;
  readonly iec: boolean;
  readonly logJson: boolean;
  /** Seconds. */
  readonly lockWait: number;
  readonly bypassLock: boolean;
  readonly showVersion: boolean;
  readonly showRc: boolean;
  readonly umask: number;
  readonly considerPartFiles: boolean;
  readonly debugProfile: string | undefined;
}

/** The heading above the options that every command takes. */
export const COMMON_OPTIONS = "Common options";

const LEVELS: readonly [flags: string[], level: Level, help: string][] = [
  [["--critical"], "critical", "only log what is critical"],
  [["--error"], "error", "log errors and worse"],
  [["--warning"], "warning", "log warnings and worse (this is the default)"],
  [["--info", "-v", "--verbose"], "info", "also log what is done"],
  [["--debug"], "debug", "log everything, for finding bugs"],
];

/**
 * Adds the common options. Only the outermost parser sets defaults: what is given before the command must outlive the
 * parsing of what comes after it.
 */
export function addCommonOptions(parser: ArgumentParser, types: ArgumentTypes, outermost: boolean): void {
  const group = parser.add_argument_group(COMMON_OPTIONS);
  const add = adder(group, outermost);
  group.add_argument("-h", "--help", { action: "help", default: SUPPRESS, help: "show this help and exit" });
  for (const [flags, level, help] of LEVELS) {
    add(flags, { dest: "logLevel", action: "store_const", const: level, help }, "warning");
  }
  add(["--debug-topic"], {
    dest: "debugTopics",
    action: "append",
    metavar: "TOPIC",
    help: "log the debug output of TOPIC (borg.debug.TOPIC); may be given several times",
  }, []);
  addOutputOptions(add);
  addLockOptions(add, types);
  addRemoteOptions(add, types);
}

type Add = (flags: string[], options: ArgumentOptions, initial?: unknown) => void;

function adder(group: ArgumentGroup, outermost: boolean): Add {
  return (flags, options, initial) => {
    group.add_argument(flags[0]!, ...flags.slice(1), { ...options, default: outermost ? initial : SUPPRESS });
  };
}

function addOutputOptions(add: Add): void {
  const flag = (flags: string[], dest: string, help: string) => add(flags, { dest, action: "store_true", help }, false);
  flag(["-p", "--progress"], "progress", "show how far the work is");
  flag(["--iec"], "iec", "show sizes in units of 1024 (1KiB = 1024B)");
  flag(["--log-json"], "logJson", "log one JSON object per line instead of text");
  flag(["--show-version"], "showVersion", "log the version");
  flag(["--show-rc"], "showRc", "log the exit status (rc) at the end");
  flag(
    ["--consider-part-files"],
    "considerPartFiles",
    "treat the part files of an interrupted backup like other files",
  );
  add(["--debug-profile"], {
    dest: "debugProfile",
    metavar: "FILE",
    help: 'write a profile of the run to FILE (see "borg debug convert-profile -h")',
  });
}

function addLockOptions(add: Add, types: ArgumentTypes): void {
  add(["--lock-wait"], {
    dest: "lockWait",
    type: types.integer,
    metavar: "SECONDS",
    help: "wait this long for the locks of repository and cache (default: 1)",
  }, 1);
  add(["--bypass-lock"], { dest: "bypassLock", action: "store_true", help: "do without locks" }, false);
  add(["--umask"], {
    dest: "umask",
    type: types.octal,
    metavar: "M",
    help: "file mode mask, on this machine only (default: 0077)",
  }, 0o077);
}

function addRemoteOptions(add: Add, types: ArgumentTypes): void {
  const number = (flag: string, dest: string, metavar: string, help: string, initial?: number) =>
    add([flag], { dest, type: types.integer, metavar, help }, initial);
  add(["--remote-path"], {
    dest: "remotePath",
    type: types.text,
    metavar: "PATH",
    help: 'program to run on the remote machine (default: "borg")',
  });
  number("--remote-ratelimit", "deprecatedRemoteRatelimit", "RATE", "deprecated: use --upload-ratelimit");
  number("--upload-ratelimit", "uploadRatelimit", "RATE", "send at most RATE KiB per second (default: 0, no limit)", 0);
  number(
    "--download-ratelimit",
    "downloadRatelimit",
    "RATE",
    "receive at most RATE KiB per second (default: 0, no limit)",
    0,
  );
  number("--remote-buffer", "deprecatedRemoteBuffer", "SIZE", "deprecated: use --upload-buffer");
  number("--upload-buffer", "uploadBuffer", "SIZE", "keep up to SIZE MiB ready to be sent (default: 0, no buffer)", 0);
  add(["--rsh"], {
    dest: "rsh",
    metavar: "RSH",
    help: "command that connects to 'borg serve' (default: ssh; builtin:ssh, the built-in client, if there is none)",
  });
}
