import { BorgError } from "../errors.ts";

/** Arguments that are right one by one and wrong together, as the parser itself would refuse them. */
export class UsageProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageProblem";
  }
}

/** Arguments that cannot be followed, which only shows when all of them are known. */
export class CommandError extends BorgError {
  constructor(reason: string) {
    super("CommandError", [reason]);
  }
}
