import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { Outcome, Program, Sandbox } from "../../../interop/harness.ts";
import { environment } from "../../../interop/harness.ts";

/** After which system call on a path a program is stopped; programs differ in the names of calls. */
const CALLS = { stat: "newfstatat,statx,lstat,stat", open: "openat,open", read: "read,pread64,readv,preadv" } as const;

export type Moment = keyof typeof CALLS;

export interface StoppedAt {
  readonly moment: Moment;
  /** The file or directory, absolute; its name must be unlike all others. */
  readonly path: string;
  /** What happens while the program stands still. */
  readonly meanwhile: () => void;
}

/** Runs a program, stops it right after its first such call, lets something happen, and lets it go on. */
export async function runStoppedAt(
  sandbox: Sandbox,
  program: Program,
  args: readonly string[],
  { moment, path, meanwhile }: StoppedAt,
): Promise<Outcome> {
  const log = sandbox.path("strace.log");
  rmSync(log, { force: true });
  const calls = CALLS[moment];
  const injection = ["-e", `trace=${calls}`, "-e", `inject=${calls}:signal=SIGSTOP:when=1`];
  const name = path.slice(path.lastIndexOf("/") + 1);
  const options = ["-f", "-qq", "-o", log, "-P", name, "-P", path, ...injection];
  const child = spawn("strace", [...options, program.path, ...args], {
    cwd: sandbox.root,
    env: environment(sandbox.folder(`base-${program.name}`)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => said[stream] += text);
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const pid = await stopped(log, () => child.exitCode !== null);
  assert.ok(pid, `not stopped: ${said.stderr}`);
  meanwhile();
  process.kill(pid, "SIGCONT");
  const status = await Promise.race([ended, setTimeout(30_000, "hangs" as const, { ref: false })]);
  if (status === "hangs") process.kill(pid, "SIGKILL");
  assert.notEqual(status, "hangs");
  return { status: status as number | null, ...said };
}

/** The process that stands still, as soon as one does. */
async function stopped(log: string, isOver: () => boolean): Promise<number | undefined> {
  while (!isOver()) {
    const found = existsSync(log) ? /^(\d+) +--- stopped by SIGSTOP/m.exec(readFileSync(log, "latin1")) : undefined;
    if (found) return Number(found[1]);
    await setTimeout(10);
  }
  return undefined;
}
