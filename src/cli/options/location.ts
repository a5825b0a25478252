import type { ArgumentParser } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";

/** The optional argument of commands that are about a repository or one of its archives. */
export function addRepositoryOrArchive(parser: ArgumentParser, types: ArgumentTypes, purpose: string): void {
  parser.add_argument("location", {
    metavar: "REPOSITORY_OR_ARCHIVE",
    nargs: "?",
    default: "",
    type: types.location("either"),
    help: `${purpose} (default: the value of BORG_REPO)`,
  });
}

/** The argument of commands that are about one archive. */
export function addArchive(parser: ArgumentParser, types: ArgumentTypes, purpose: string, metavar = "ARCHIVE"): void {
  parser.add_argument("location", { metavar, type: types.location("archive"), help: purpose });
}

/** What of an archive, or of the file system, is meant. */
export function addPaths(parser: ArgumentParser, types: ArgumentTypes, purpose: string): void {
  parser.add_argument("paths", { metavar: "PATH", nargs: "*", type: types.path, help: purpose });
}
