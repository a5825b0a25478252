import { constants } from "node:os";
import { FAILURES } from "./failures.ts";
import type { SignalName } from "./interruption.ts";

const SIGNAL_BASE = 128;
const WARNING = 1;
const ERROR = 2;
/** The first of the statuses that tell warnings apart. */
const FIRST_WARNING = 100;

/**
 * What the exit status will be, gathered while a command runs (format reference 13): a signal outweighs an error, an error
 * a warning. The first signal and the first error count; warnings of one kind give its status, of several kinds 1.
 */
export class Outcome {
  readonly #modern: boolean;
  #signal: number | undefined;
  #error: number | undefined;
  #warning: number | undefined;
  #child: number | undefined;

  /** @param exitCodes the value of BORG_EXIT_CODES; all but `modern` means the legacy statuses 0, 1 and 2 */
  constructor(exitCodes: string | undefined) {
    this.#modern = exitCodes === "modern";
  }

  /** Counts an error by its message id; one that is not in the table has status 2. */
  error(code: string): void {
    this.#error ??= this.#statusOf(code, ERROR);
  }

  /** Counts a warning by its message id; without one (or with findings of `check`) it is unspecific. */
  warning(code?: string): void {
    const status = code === undefined ? WARNING : this.#statusOf(code, WARNING);
    this.#warning = this.#warning === undefined || this.#warning === status ? status : WARNING;
  }

  /** Counts a condition as what it is, error or warning. */
  failure(code: string): void {
    if (FAILURES.get(code)?.severity === "warning") this.warning(code);
    else this.error(code);
  }

  signal(name: SignalName): void {
    this.#signal ??= SIGNAL_BASE + constants.signals[name];
  }

  /** The command stands in for a child process, whose status is handed on as it is. */
  child(status: number): void {
    this.#child = status;
  }

  get status(): number {
    return this.#signal ?? this.#error ?? this.#child ?? this.#warning ?? 0;
  }

  /** The word for the status in the `--show-rc` line. A child's status is read as if it were ours. */
  get kind(): "success" | "warning" | "error" | "signal" {
    const { status } = this;
    if (status === 0) return "success";
    if (status >= SIGNAL_BASE) return "signal";
    return status === WARNING || status >= FIRST_WARNING ? "warning" : "error";
  }

  #statusOf(code: string, unlisted: number): number {
    const known = FAILURES.get(code);
    if (known === undefined) return unlisted;
    return this.#modern ? known.status : known.legacyStatus;
  }
}
