import { machine, release, type, version } from "node:os";
import process from "node:process";
import { runtimeVersion } from "../platform/runtime_version.ts";
import type { Context } from "./context.ts";
import { VERSION } from "./version.ts";

/** On what this runs, as lines with line breaks; nothing when BORG_SHOW_SYSINFO is `no`. */
export function systemInformation({ env, argv, programName, cwd }: Context): string {
  if (env["BORG_SHOW_SYSINFO"] === "no") return "";
  return [
    `Platform: ${type()} ${release()} ${version()} ${machine()}`,
    `Borg: ${VERSION}  Runtime: ${runtimeVersion()}`,
    `PID: ${process.pid}  CWD: ${cwd}`,
    `argv: ${JSON.stringify([programName, ...argv])}`,
    `SSH_ORIGINAL_COMMAND: ${env["SSH_ORIGINAL_COMMAND"] ?? "None"}`,
    "",
  ].join("\n");
}
