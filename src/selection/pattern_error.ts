import { BorgError } from "../errors.ts";

/** A pattern, or a line of a file with patterns, that cannot be understood. `data[0]` says what is wrong, in words. */
export class PatternError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("CommandError", [problem], options);
  }
}
