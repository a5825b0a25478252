import { BorgError } from "../errors.ts";
import { asSystemError, SystemError } from "../platform/system_error.ts";

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

/** A system call on one object failed. `data`: what was being done, and the system's words about it. */
export class BackupOSError extends BorgError {
  constructor(operation: string, readonly system: SystemError) {
    super(CODES.get(system.code) ?? "BackupOSError", [operation, system.message], { cause: system });
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

/**
 * Runs `action`; a system error in it becomes a problem of the object, named after `operation` and about `path` where the
 * system knows only a part of it.
 */
export function attempt<T>(operation: string, action: () => T, path?: string): T {
  try {
    return action();
  } catch (error) {
    const system = asSystemError(error);
    if (!system) throw error;
    const about = path === undefined ? system : new SystemError(system.errno, system.syscall, path, { cause: system });
    throw new BackupOSError(operation, about);
  }
}

/** Whether the run survives this error: it concerns one object only. */
export function isObjectProblem(error: unknown): error is BorgError {
  return error instanceof BorgError && /^Backup[A-Z]/.test(error.code);
}
