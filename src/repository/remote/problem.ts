import { BorgError } from "../../errors.ts";
import { asSystemError } from "../../platform/system_error.ts";
import type { Failure, FailureArgument } from "./failure.ts";

/** How the server speaks of what went wrong. */
export interface Words {
  /** What a person reads about a condition that BorgBackup has a message for. */
  text(problem: BorgError): string;
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
  const sysinfo = words.systemInformation();
  if (problem instanceof BorgError && !PYTHON.has(problem.code)) {
    const exceptionClass = problem.code.slice(problem.code.lastIndexOf(".") + 1);
    const text = words.text(problem);
    const full = [`${exceptionClass}: ${text}\n`];
    const trace = SERIOUS.has(problem.code);
    return { exceptionClass, args: problem.data, full, short: text.split("\n"), trace, sysinfo };
  }
  const { exceptionClass, args, text } = unexpected(problem);
  const lines = [`${exceptionClass}: ${text}\n`];
  return { exceptionClass, args, full: lines, short: lines, trace: true, sysinfo };
}

interface Unexpected {
  readonly exceptionClass: string;
  readonly args: readonly FailureArgument[];
  readonly text: string;
}

/** Problems by the names that Python has for them. */
function unexpected(problem: unknown): Unexpected {
  if (problem instanceof BorgError) {
    return { exceptionClass: problem.code, args: problem.data, text: problem.data.join(", ") };
  }
  const system = asSystemError(problem);
  if (system) return { exceptionClass: "OSError", args: [system.errno, system.message], text: system.message };
  const text = problem instanceof Error ? problem.message : String(problem);
  return { exceptionClass: problem instanceof RangeError ? "ValueError" : "Exception", args: [text], text };
}
