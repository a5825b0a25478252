import type { Statistics } from "../archive/statistics.ts";
import type { BorgError } from "../errors.ts";
import type { LogLevel } from "../repository/listener.ts";
import type { OperationMessages } from "./messages.ts";

/**
 * Where an operation tells what happens while it runs. Everything is optional to show: the result of an operation does
 * not depend on it. Implementations must be cheap and must not throw, save for a closed output.
 */
export interface Reporter {
  /** One file system object has been dealt with, or is about to be: BorgBackup's status letter and the path. */
  fileStatus(status: string, path: string): void;
  /** One file system object is about to be dealt with, in an operation that has no status letters. */
  listed(path: string): void;
  /** The repository lacks something of what was asked for; the rest is done all the same. `path`: of the file that suffers. */
  error(problem: BorgError, path?: string): void;
  /** Something went wrong that the run survives; `path` when it is about a file. */
  warning(problem: BorgError, path?: string): void;
  note<M extends keyof OperationMessages>(level: LogLevel, message: M, ...data: OperationMessages[M]): void;
  /** What is worked on at this moment, should somebody ask: how many bytes of it are done; `total` is 0 when unknown. */
  working(path: string, done: number, total: number): void;
  /** Called often while an archive is written. */
  archiveProgress(statistics: Statistics, path: string): void;
  /** All of an archive has been written; what remains is to save it. */
  archiveFinished(): void;
  /** Something countable begins that goes by one of BorgBackup's operation ids (format reference 12); `archive`: which it is about. */
  begin(operation: string, total: number, archive?: string): Steps;
}

/** The progress of something countable. */
export interface Steps {
  /** `count` more have been done; `info` names what is worked on. */
  advance(count: number, ...info: string[]): void;
  finish(): void;
}
