import { BorgError } from "../../errors.ts";

/** What was read is not a tar archive, or not all of one. */
export class TarError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("Error", [`tar file: ${problem}`], options);
  }
}
