import { type ArgumentParser, ArgumentTypeError } from "argparse";
import { convertProfile } from "../../operations/debug/convert_profile.ts";
import { SystemError } from "../../platform/system_error.ts";
import { readWholeFile, writeWholeFile } from "../../platform/whole_file.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";

export interface ConvertProfileOptions extends CommonOptions {
  readonly input: Uint8Array;
  readonly output: string;
}

const TEXT = `
Makes a profile for Python's pstats, and programs that show such profiles, of one that --debug-profile has written, be it that
of this program or of BorgBackup. What pstats shows as number of calls is, for this program, how often a function was found
at work.

--debug-profile NAME.pyprof writes such a file at once, and NAME.cpuprofile one for the developer tools of browsers.

Example:
  borg --debug-profile profile create repo::name /home
  borg debug convert-profile profile profile.pyprof
  python3 -m pstats profile.pyprof`;

export const debugConvertProfile: Command<ConvertProfileOptions> = {
  name: "convert-profile",
  help: "Make a Python profile of one that --debug-profile has written",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("input", { metavar: "INPUT", type: readInput, help: "the profile to read" });
  parser.add_argument("output", { metavar: "OUTPUT", type: types.path, help: "the file to write" });
}

async function run({ input, output }: ConvertProfileOptions): Promise<void> {
  await writeWholeFile(output, convertProfile(input));
}

/** A file that cannot be read is refused like any wrong argument. */
function readInput(path: string): Uint8Array {
  try {
    return readWholeFile(path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new ArgumentTypeError(`can't open '${path}': ${error.message}`);
  }
}
