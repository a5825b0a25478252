import { BorgError } from "../../../../errors.ts";

/** The stand-alone server cannot start, or cannot let anybody in. */
export class DaemonProblem extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("Error", [problem], options);
  }
}
