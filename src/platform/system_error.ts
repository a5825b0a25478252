import { errno as lastErrno, errorName, errorNumber, errorText } from "./errno.ts";
import { quotePath } from "./quote_path.ts";

/** A system call failed. The message has the form `[Errno 2] No such file or directory: 'path'`. */
export class SystemError extends Error {
  /** Symbolic name of the error, e.g. `ENOENT`. */
  readonly code: string;

  /**
   * @param errno the system's number of the error
   * @param syscall name of the call that failed
   * @param path the file it was about, if one was named
   */
  constructor(readonly errno: number, readonly syscall: string, readonly path?: string, options?: ErrorOptions) {
    const text = `[Errno ${errno}] ${errorText(errno)}`;
    super(path === undefined ? text : `${text}: ${quotePath(path)}`, options);
    this.name = "SystemError";
    this.code = errorName(errno);
  }

  /** An error by its symbolic name, for conditions found without the kernel's help. */
  static named(code: string, syscall: string, path?: string): SystemError {
    return new SystemError(errorNumber(code) ?? 0, syscall, path);
  }
}

/** The error of the call that just failed. */
export function lastError(syscall: string, path?: string): SystemError {
  return new SystemError(lastErrno(), syscall, path);
}

/** An error of `node:fs` and its kin as a SystemError; undefined for what is no system error. */
export function asSystemError(error: unknown): SystemError | undefined {
  if (error instanceof SystemError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const number = code === undefined ? undefined : errorNumber(code);
  if (number === undefined) return undefined;
  return new SystemError(number, syscall ?? "", typeof path === "string" ? path : undefined, { cause: error });
}
