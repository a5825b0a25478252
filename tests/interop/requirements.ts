import { spawnSync } from "node:child_process";
import process from "node:process";

/** Options of a test or a group: empty when it can run here. */
export interface Requirement {
  skip?: string;
}

/**
 * Lets a test run only when the named commands are on PATH. Otherwise it is skipped loudly, or fails at once where skips
 * are forbidden (`CI=true`, `--no-skip`).
 */
export function requirePeer(...commands: readonly string[]): Requirement {
  const missing = commands.filter((command) => findCommand(command) === undefined);
  return require(missing.length === 0, `${missing.join(", ")} not installed`);
}

/** Only root may make device nodes and give files away. */
export function requireRoot(): Requirement {
  return require(process.getuid?.() === 0, "needs root");
}

export function require(condition: boolean, reason: string): Requirement {
  if (condition) return {};
  const place = callerOutside();
  if (process.env["CI"] === "true" || process.env["VINCULUM_NO_SKIP"] === "1") {
    throw new Error(`${place}: must not be skipped here: ${reason}`);
  }
  console.log(`SKIP ${place}: ${reason}`);
  return { skip: reason };
}

/** The first path of the command on PATH. */
export function findCommand(command: string): string | undefined {
  const { stdout } = spawnSync("sh", ["-c", 'command -v -- "$1"', "sh", command], { encoding: "utf8" });
  return stdout.trim() || undefined;
}

function callerOutside(): string {
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  const outside = frames.find((frame) => frame.includes(".test.ts"));
  return /[\w.-]+\.test\.ts(?::\d+)?/.exec(outside ?? "")?.[0] ?? "test";
}
