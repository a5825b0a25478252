import type { ArgumentParser } from "argparse";
import type { ArgumentTypes, LocationArgument } from "../argument_types.ts";
import type { Declaration } from "../command.ts";
import { epilog } from "../epilog.ts";
import { addArchiveFilters, type ArchiveOrderOptions } from "../options/archive_filters.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";

export interface InfoOptions extends CommonOptions, ArchiveOrderOptions {
  readonly location: LocationArgument;
  readonly json: boolean;
}

const TEXT = `
Describes a repository, or archives: the one that is named, or those that an archive filter chooses.

"Deduplicated size" of one archive is what only this archive needs: deleting it sets that much free. Of all archives it is
what the repository holds. The numbers of the archives do not add up to that of the repository, since most contents belong
to several archives.

There is a limit to the number of files in an archive, which depends on the lengths of their names and more. How near an
archive has come to it is shown as its utilization.`;

export const info: Declaration<InfoOptions> = {
  name: "info",
  help: "Describe a repository or archives",
  epilog: epilog(TEXT),
  mayBypassLock: true,
  declare,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("location", {
    metavar: "REPOSITORY_OR_ARCHIVE",
    nargs: "?",
    default: "",
    type: types.location("either"),
    help: "what to describe (default: the value of BORG_REPO)",
  });
  flag(parser, "--json", "json", "print JSON");
  addArchiveFilters(parser, types);
}
