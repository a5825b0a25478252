import type { ArgumentGroup } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";

export interface CheckpointOptions {
  /** Seconds. */
  readonly checkpointInterval: number;
}

export function addCheckpointInterval(group: ArgumentGroup, types: ArgumentTypes): void {
  group.add_argument("-c", "--checkpoint-interval", {
    dest: "checkpointInterval",
    type: types.integer,
    default: 1800,
    metavar: "SECONDS",
    help: "save a checkpoint every SECONDS seconds (default: 1800)",
  });
}
