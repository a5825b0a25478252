import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "./environment.ts";
import { findProgram } from "./find_program.ts";
import { asSystemError, SystemError } from "./system_error.ts";

/** A program whose three streams are pipes that are read and written while other work goes on. */
export interface PipedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<{ readonly status?: number; readonly signal?: string }>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/** Ctrl-C reaches all programs of a terminal: this one is to live until we have said good-bye to it. */
const IGNORE_INTERRUPTS = 'trap "" INT; exec "$@"';

/**
 * Starts a program, found by PATH, that ignores Ctrl-C. Throws a SystemError when there is none of this name. A shell sets
 * the signal, because Bun starts all programs with signals at their default.
 */
export function startPiped(words: readonly string[], environment: Environment): PipedProcess {
  demandProgram(words[0] ?? "", environment["PATH"]);
  const child = spawn("/bin/sh", ["-c", IGNORE_INTERRUPTS, "sh", ...words], {
    stdio: ["pipe", "pipe", "pipe"],
    env: environment as NodeJS.ProcessEnv,
  });
  const exited = new Promise<{ status?: number; signal?: string }>((resolve) => {
    child.on("error", () => resolve({}));
    child.on("exit", (status, signal) => resolve({ ...(status !== null && { status }), ...(signal && { signal }) }));
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    kill: (signal) => send(child, signal),
  };
}

/** In Deno, `child.kill` does nothing the second time. */
function send({ pid, exitCode, signalCode }: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (asSystemError(error)?.code !== "ESRCH") throw error; // it has ended, which nobody has told us yet
  }
}

function demandProgram(name: string, path: string | undefined): void {
  if (name.includes("/")) return accessSync(name, constants.X_OK);
  if (findProgram(name, path) === undefined) throw SystemError.named("ENOENT", "spawn", name);
}
