import { BorgError } from "../errors.ts";

/** The user stopped the run; what had been done until then was saved as a checkpoint. */
export class StoppedByUser extends BorgError {
  constructor() {
    super("Error", ["Got Ctrl-C / SIGINT."]);
  }
}
