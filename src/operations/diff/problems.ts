import { BackupError } from "../problems.ts";

/** A name of a hard link cannot be compared: the item that has its contents was left out. */
export class HardLinkSourceMissing extends BackupError {
  constructor() {
    super("hard link source is not among the compared items, cannot compare");
  }
}
