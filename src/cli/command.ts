import type { ArgumentParser } from "argparse";
import type { ArgumentTypes } from "./argument_types.ts";
import type { Context } from "./context.ts";
import type { Log } from "./log.ts";
import type { CommonOptions } from "./options/common.ts";

/** One verb: what its command line looks like, and what it does. */
export interface Command<O extends CommonOptions = CommonOptions> {
  readonly name: string;
  /** Half a line for the list of commands, and the first line of its own help. */
  readonly help: string;
  /** What it does and what its exit statuses mean; stands at the end of its help. */
  readonly epilog: string;
  /** Whether `--bypass-lock` makes sense: nothing is written that another process could write as well. */
  readonly mayBypassLock?: boolean;
  /** Adds the verb's arguments; their destinations are the fields of `O`. */
  declare(parser: ArgumentParser, types: ArgumentTypes): void;
  /**
   * Looks at combinations before anything is opened. Throws UsageProblem for what is an error of the command line and
   * CommandError for the rest; returns the options that hold.
   */
  check?(options: O, log: Log): O;
  /** Throws BorgErrors; warnings go to `context.outcome`. */
  run(options: O, context: Context): Promise<void>;
}
