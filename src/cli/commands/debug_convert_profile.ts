import type { ArgumentParser } from "argparse";
import { convertProfile } from "../../operations/debug/convert_profile.ts";
import { SystemError } from "../../platform/system_error.ts";
import { readWholeFile, writeWholeFile } from "../../platform/whole_file.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { UsageProblem } from "../usage_problem.ts";

export interface ConvertProfileOptions extends CommonOptions {
  readonly input: string;
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
  parser.add_argument("input", { metavar: "INPUT", type: types.path, help: "the profile to read" });
  parser.add_argument("output", { metavar: "OUTPUT", type: types.path, help: "the file to write" });
}

async function run({ input, output }: ConvertProfileOptions): Promise<void> {
  const converted = convertProfile(await opened("INPUT", input, () => Promise.resolve(readWholeFile(input))));
  await opened("OUTPUT", output, () => writeWholeFile(output, converted));
}

/** Files are arguments here, which are refused when they cannot be opened. */
async function opened<T>(argument: string, path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new UsageProblem(`argument ${argument}: can't open '${path}': ${error.message}`);
  }
}
