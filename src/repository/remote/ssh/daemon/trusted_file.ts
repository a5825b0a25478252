import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { asSystemError } from "../../../../platform/system_error.ts";
import { DaemonProblem } from "./problem.ts";

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Makes sure that nobody else can have written the file, or read it when it is secret. Throws DaemonProblem, also when it
 * is not there.
 */
export function requireTrusted(path: string, { secret }: { readonly secret: boolean }): void {
  const file = look(path);
  if (!file.isFile()) throw new DaemonProblem(`${path} is not a file`);
  if (!isOurs(file)) throw new DaemonProblem(`${path} belongs to another user`);
  const forbidden = secret ? OPEN_TO_OTHERS : WRITABLE_BY_OTHERS;
  if ((file.mode & forbidden) !== 0) {
    throw new DaemonProblem(`${path} is ${secret ? "open to" : "writable by"} other users (mode ${octal(file)})`);
  }
  const folder = look(dirname(path));
  const isSafe = isOurs(folder) && ((folder.mode & WRITABLE_BY_OTHERS) === 0 || (folder.mode & STICKY) !== 0);
  if (!isSafe) throw new DaemonProblem(`the folder of ${path} can be changed by other users (mode ${octal(folder)})`);
}

function look(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const problem = asSystemError(error);
    if (problem === undefined) throw error;
    throw new DaemonProblem(problem.message, { cause: error });
  }
}

function isOurs({ uid }: Stats): boolean {
  return uid === 0 || uid === process.getuid!();
}

function octal({ mode }: Stats): string {
  return `0${(mode & 0o7777).toString(8)}`;
}
