import type { ArgumentParser } from "argparse";
import type { ArgumentTypes } from "../argument_types.ts";

/** The IDs argument. */
export function addIds(parser: ArgumentParser, purpose: string): void {
  parser.add_argument("ids", { metavar: "IDs", nargs: "+", help: purpose });
}

/** The PATH argument of commands that write. */
export function addDumpPath(parser: ArgumentParser, types: ArgumentTypes, what: string): void {
  parser.add_argument("path", {
    metavar: "PATH",
    type: types.path,
    help: `the file to write ${what} to; "-" is standard output`,
  });
}
