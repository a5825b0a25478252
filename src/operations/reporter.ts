import type { Statistics } from "../archive/statistics.ts";
import type { BorgError } from "../errors.ts";

/**
 * How far a run has come. `operation` is BorgBackup's msgid (format reference 12), `total` is known when it starts.
 * `info` names what is being worked on.
 */
export interface Percent {
  readonly operation: string;
  readonly current: number;
  readonly total: number;
  readonly info?: readonly string[];
}

/**
 * Where an operation tells what happens while it runs. Everything is optional to show: the result of an operation does
 * not depend on it. Implementations must be cheap and must not throw, save for a closed output.
 */
export interface Reporter {
  /** One file system object has been dealt with (or is about to be): BorgBackup's status letter and the path. */
  fileStatus(status: string, path: string): void;
  /** Something went wrong that does not end the run, or a finding; `path` when it is about one. */
  warning(problem: BorgError, path?: string): void;
  /** A remark: a message code of the texts in the command line room, with its values. */
  note(level: "debug" | "info" | "warning" | "error", code: string, data?: readonly (string | number | bigint)[]): void;
  /** Called often while an archive is written or read. */
  archiveProgress(statistics: Statistics, path: string): void;
  /** Called often while something countable is worked off; `undefined` when that operation has ended. */
  percent(operation: string, progress: Percent | undefined): void;
}
