import { BorgError } from "../../errors.ts";
import { asSystemError } from "../../platform/system_error.ts";
import type { Failure, FailureArgument } from "./failure.ts";

/** How the server speaks of what went wrong; the words are the command line's business. */
export interface Words {
  /** What a person reads about a problem, in a line. */
  text(problem: unknown): string;
  /** What the server runs on; empty when that is not to be told. */
  systemInformation(): string;
}

/** Conditions that somebody should look into: clients show all lines of them (format reference 10.4). */
const SERIOUS = new Set([
  "ErrorWithTraceback",
  "Repository.CheckNeeded",
  "IntegrityError",
  "Repository.ObjectNotFound",
]);
/** Python's errors, which the protocol's do not include. */
const PYTHON = new Set(["ValueError", "TypeError", "AssertionError", "ZeroDivisionError"]);

/** What a client is told about a problem. */
export function failureOf(problem: unknown, words: Words): Failure {
  const { name, args, isExpected } = identify(problem);
  const text = words.text(problem);
  const line = `${name}: ${text}\n`;
  return {
    exceptionClass: name,
    args,
    full: [line],
    short: isExpected ? text.split("\n") : [line],
    trace: !isExpected || SERIOUS.has((problem as BorgError).code),
    sysinfo: words.systemInformation(),
  };
}

interface Identity {
  readonly name: string;
  readonly args: readonly FailureArgument[];
  /** Whether it is one of the conditions that BorgBackup has a message for. */
  readonly isExpected: boolean;
}

function identify(problem: unknown): Identity {
  if (problem instanceof BorgError) {
    const name = problem.code.slice(problem.code.lastIndexOf(".") + 1);
    return { name, args: problem.data, isExpected: !PYTHON.has(name) };
  }
  const system = asSystemError(problem);
  if (system) return { name: "OSError", args: [system.errno, system.message], isExpected: false };
  const message = problem instanceof Error ? problem.message : String(problem);
  return { name: problem instanceof RangeError ? "ValueError" : "Exception", args: [message], isExpected: false };
}
