import type { ArgumentParser } from "argparse";
import type { ArgumentTypes, LocationArgument } from "../argument_types.ts";

export interface RepositoryOptions {
  readonly location: LocationArgument;
}

/** The optional REPOSITORY argument of commands that are not about archives. */
export function addRepository(
  parser: ArgumentParser,
  types: ArgumentTypes,
  purpose: string,
  kind: "repository" | "local" = "repository",
): void {
  parser.add_argument("location", {
    metavar: "REPOSITORY",
    nargs: "?",
    default: "",
    type: types.location(kind),
    help: `${purpose} (default: the value of BORG_REPO)`,
  });
}
