import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import process from "node:process";

/** The project's own folder: what every script's paths are relative to. */
export const projectRoot: string = fileURLToPath(new URL("..", import.meta.url));

/** The two runtimes as every script calls them. Scripts themselves run under Deno. */
export const bun: string = fileURLToPath(new URL("../node_modules/bun/bin/bun.exe", import.meta.url));
export const deno: string = process.execPath;

/** A command that must succeed did not. */
export class CommandFailure extends Error {}

/** Runs a command with this terminal as its own; throws when it fails. */
export function run(command: string, args: readonly string[]): void {
  const { status, signal, error } = spawnSync(command, args, { stdio: "inherit", cwd: projectRoot });
  if (error) throw error;
  if (status !== 0) throw new CommandFailure(`${command} ended with ${signal ?? `status ${status}`}`);
}

/** The same without showing what it prints, unless it fails: then that is what the failure says. */
export function runSilently(command: string, args: readonly string[]): void {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, { cwd: projectRoot, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) {
    throw new CommandFailure(`${command} ended with ${signal ?? `status ${status}`}\n${stdout}${stderr}`.trim());
  }
}
