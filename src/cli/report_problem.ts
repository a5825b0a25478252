import { BorgError } from "../errors.ts";
import { asSystemError } from "../platform/system_error.ts";
import type { Context } from "./context.ts";
import { failureText } from "./failures.ts";
import { Interrupted, type SignalName } from "./interruption.ts";
import { systemInformation } from "./system_information.ts";

const SIGNAL_TEXTS: Readonly<Record<SignalName, string>> = {
  SIGHUP: "Received SIGHUP.",
  SIGINT: "Keyboard interrupt",
  SIGTERM: "Received SIGTERM",
};

/** Says what ended a command, in one line, and counts it. How the program came to it is told at debug level only. */
export function reportProblem(problem: unknown, context: Context): void {
  const { log, outcome } = context;
  if (problem instanceof Interrupted) {
    outcome.signal(problem.signal);
    log.error(SIGNAL_TEXTS[problem.signal], `Signal.${problem.signal}`);
  } else if (problem instanceof BorgError) {
    outcome.failure(problem.code);
    log.error(failureText(problem), problem.code);
  } else {
    outcome.error("Error");
    log.error(problemText(problem));
  }
  log.debug(trace(problem, context));
}

/** One line about something that no message id is known for. */
export function problemText(problem: unknown): string {
  const system = asSystemError(problem);
  if (system) return `Error: ${system.message}`;
  if (!(problem instanceof Error)) return `Error: ${problem}`;
  return problem.name === "Error" ? `Error: ${problem.message}` : `Error: ${problem.name}: ${problem.message}`;
}

/** The chain of causes, and on what this runs. */
function trace(problem: unknown, context: Context): string {
  const lines: string[] = [];
  for (let cause = problem; cause instanceof Error; cause = cause.cause) lines.push(cause.stack ?? String(cause));
  const system = systemInformation(context);
  return system === "" ? lines.join("\n") : [...lines, "", system.trimEnd()].join("\n");
}
