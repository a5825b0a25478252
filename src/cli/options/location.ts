import type { ArgumentParser } from "argparse";
import type { ArgumentTypes, LocationArgument } from "../argument_types.ts";

export interface LocationOptions {
  readonly location: LocationArgument;
}

/** The optional REPOSITORY argument of commands that are not about archives. */
export function addRepository(
  parser: ArgumentParser,
  types: ArgumentTypes,
  purpose: string,
  kind: "repository" | "local" = "repository",
): void {
  addOptional(parser, "REPOSITORY", types.location(kind), purpose);
}

/** The optional argument of commands that are about a repository or one of its archives. */
export function addRepositoryOrArchive(parser: ArgumentParser, types: ArgumentTypes, purpose: string): void {
  addOptional(parser, "REPOSITORY_OR_ARCHIVE", types.location("either"), purpose);
}

function addOptional(parser: ArgumentParser, metavar: string, type: (text: string) => unknown, purpose: string): void {
  const help = `${purpose} (default: the value of BORG_REPO)`;
  parser.add_argument("location", { metavar, nargs: "?", default: "", type, help });
}

/** The REPOSITORY argument of commands that must be given one. */
export function addRequiredRepository(parser: ArgumentParser, types: ArgumentTypes, purpose: string): void {
  parser.add_argument("location", { metavar: "REPOSITORY", type: types.location("repository"), help: purpose });
}

/** The argument of commands that are about one archive. */
export function addArchive(parser: ArgumentParser, types: ArgumentTypes, purpose: string, metavar = "ARCHIVE"): void {
  parser.add_argument("location", { metavar, type: types.location("archive"), help: purpose });
}
