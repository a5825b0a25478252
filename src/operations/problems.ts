import { BorgError } from "../errors.ts";
import { SystemError } from "../platform/system_error.ts";

/** A problem with one file system object: the run goes on without it. `data` is the text, without the path. */
export class BackupError extends BorgError {
  constructor(problem: string) {
    super("BackupError", [problem]);
  }
}

/** The object was replaced between two looks at it. */
export class BackupRaceConditionError extends BorgError {
  constructor(problem: string) {
    super("BackupRaceConditionError", [problem]);
  }
}

/** A system call on one object failed. `data`: what was being done, errno, the system's text, the path it names. */
export class BackupOSError extends BorgError {
  constructor(readonly operation: string, readonly system: SystemError) {
    super(CODES.get(system.code) ?? "BackupOSError", [operation, system.errno, system.description, system.path ?? ""], {
      cause: system,
    });
  }
}

/** A file was changed while it was read. */
export class FileChangedWarning extends BorgError {
  constructor(path: string) {
    super("FileChangedWarning", [path]);
  }
}

/** A PATH or include pattern matched nothing. */
export class IncludePatternNeverMatched extends BorgError {
  constructor(pattern: string) {
    super("IncludePatternNeverMatchedWarning", [pattern]);
  }
}

const CODES = new Map([
  ["EPERM", "BackupPermissionError"],
  ["EACCES", "BackupPermissionError"],
  ["EBUSY", "BackupPermissionError"],
  ["EIO", "BackupIOError"],
  ["ENOENT", "BackupFileNotFoundError"],
]);

/** Runs `action`; a system error in it becomes a problem of the object, named after `operation`. */
export function attempt<T>(operation: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof SystemError) throw new BackupOSError(operation, error);
    throw error;
  }
}

/** Whether the run survives this error: it concerns one object only. */
export function isObjectProblem(error: unknown): error is BorgError {
  return error instanceof BackupError || error instanceof BackupOSError || error instanceof BackupRaceConditionError;
}
