import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { CommandFailure, deno, projectRoot } from "./programs.ts";

/** Of different lengths and depths: neither may get into what is built. */
const FOLDERS = ["one", "another/with-a-longer-name"];

/** Builds the targets from a clean clone, and gives their sums, a line for each file. */
function buildIn(folder: string, commit: string, targets: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  succeed("git", ["clone", "--quiet", "--no-checkout", projectRoot, folder], folder);
  succeed("git", ["checkout", "--quiet", commit], folder);
  succeed(deno, ["task", "release", "--no-compress", ...targets], folder);
  return readFileSync(join(folder, "dist/release/SHA256SUMS"), "utf8").trim().split("\n");
}

/** What the command printed. Throws CommandFailure unless it ends well. */
function succeed(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error || status !== 0) throw new CommandFailure(`${command} ${args[0]}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

/** Says of each file whether both builds of it are the same. */
function compare([first = [], second = []]: readonly string[][]): void {
  for (const line of first) {
    const isSame = second.includes(line);
    console.log(`${line} ${isSame ? "twice" : "ONCE ONLY"}`);
    if (!isSame) process.exitCode = 1;
  }
}

const room = mkdtempSync(join(tmpdir(), "vinculum-reproduce-"));
try {
  const commit = succeed("git", ["rev-parse", "HEAD"], projectRoot).trim();
  console.log(`commit ${commit}`);
  compare(FOLDERS.map((name) => buildIn(join(room, name), commit, process.argv.slice(2))));
} catch (error) {
  console.error(`reproduce: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(room, { recursive: true });
}
