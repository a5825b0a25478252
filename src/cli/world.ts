import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import process from "node:process";
import { rawArguments } from "../platform/arguments.ts";
import { environment } from "../platform/environment.ts";
import { STDERR, STDIN, STDOUT, writeOutput } from "../platform/output.ts";
import { readLine } from "../platform/read_line.ts";
import { readReady } from "../platform/read_ready.ts";
import { Interrupted as SecretInterrupted, readSecret } from "../platform/read_secret.ts";
import { onInterrupt, onSignal } from "../platform/signals.ts";
import { SystemError } from "../platform/system_error.ts";
import { isTerminal, terminalSize } from "../platform/terminal.ts";
import { unlessAborted } from "../platform/unless_aborted.ts";
import { workingDirectory } from "../platform/working_directory.ts";
import { BrokenPipe, type Clock, type Input, type Output, type Terminal, type World } from "./context.ts";
import { Inquiry } from "./inquiry.ts";
import { Interrupted, Interruption } from "./interruption.ts";
import { traceText } from "./trace.ts";
import { BufferedOutput } from "./buffered_output.ts";

/** The process as it is. */
export function createWorld(): World {
  const interruption = new Interruption();
  onInterrupt({ first: () => interruption.receive("SIGINT"), again: () => interruption.receive("SIGINT") });
  onSignal("SIGTERM", () => interruption.receive("SIGTERM"));
  onSignal("SIGHUP", () => interruption.receive("SIGHUP"));
  const inquiry = new Inquiry();
  for (const name of ["SIGUSR1", "SIGINFO"] as const) onSignal(name, () => inquiry.receive());
  onSignal("SIGUSR2", () => STANDARD_ERROR.write(traceText(CLOCK.now())));
  const env = environment();
  return {
    argv: rawArguments(),
    programName: basename(process.argv0),
    env,
    cwd: workingDirectory(),
    stdin: createInput(AbortSignal.any([interruption.now, interruption.soon])),
    stdout: new BufferedOutput(writeStandardOutput, !isTerminal(STDOUT)),
    stderr: STANDARD_ERROR,
    terminal: createTerminal(env),
    clock: CLOCK,
    interruption,
    inquiry,
    random: (length) => randomBytes(length),
    setUmask: (mask) => void process.umask(mask),
  };
}

const CLOCK: Clock = { now: () => BigInt(Date.now()) * 1_000_000n, monotonic: () => performance.now() };

/** Whoever waits for input is woken by a signal. */
function createInput(signal: AbortSignal): Input {
  return {
    read: (buffer) => unlessAborted(signal, readReady(STDIN, buffer)),
    readLine: () => unlessAborted(signal, readLine(STDIN)),
  };
}

function writeStandardOutput(bytes: Uint8Array): void {
  try {
    writeOutput(STDOUT, bytes);
  } catch (error) {
    if (isBrokenPipe(error)) throw new BrokenPipe({ cause: error });
    throw error;
  }
}

/** A backup goes on when nobody reads its messages any more. */
const STANDARD_ERROR: Output = {
  write(data) {
    try {
      writeOutput(STDERR, data);
    } catch (error) {
      if (!isBrokenPipe(error)) throw error;
    }
  },
  flush() {},
};

function isBrokenPipe(error: unknown): boolean {
  return error instanceof SystemError && error.code === "EPIPE";
}

function createTerminal(env: World["env"]): Terminal {
  return {
    isInteractive: isTerminal(STDERR),
    columns: () => terminalSize(STDERR, env).columns,
    readSecret: async (prompt) => {
      try {
        return await readSecret(prompt);
      } catch (error) {
        throw error instanceof SecretInterrupted ? new Interrupted("SIGINT") : error;
      }
    },
  };
}
