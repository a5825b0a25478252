import { resolve } from "node:path";
import { decodeText } from "../../encoding/path.ts";
import { readWholeFile } from "../../platform/whole_file.ts";
import type { World } from "../context.ts";
import { Log, type LogOptions } from "../log.ts";
import { Screen } from "../render/screen.ts";
import { LoggingConfiguration } from "./configuration.ts";
import { ConfiguredLog } from "./configured_log.ts";

/** The log that the options ask for, or the file that BORG_LOGGING_CONF names. One that cannot be used is warned of. */
export function createLog({ stderr, stdout, terminal, clock, env, cwd }: World, options: LogOptions): Log {
  const screen = new Screen(stderr, terminal);
  const log = new Log(screen, clock, options);
  const { BORG_LOGGING_CONF: name } = env;
  if (!name) return log;
  const path = resolve(cwd, name);
  const streams = {
    stderr: (line: string) => screen.line(line),
    stdout: (line: string) => stdout.write(`${line}\n`),
  };
  try {
    const configuration = LoggingConfiguration.parse(decodeText(readWholeFile(path)), streams);
    return new ConfiguredLog(screen, clock, options, configuration);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    log.warning(`setup_logging for "${path}" failed with "${error.message}".`);
    return log;
  }
}
