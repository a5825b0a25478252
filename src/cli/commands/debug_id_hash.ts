import type { ArgumentParser } from "argparse";
import { toHex } from "../../encoding/bytes.ts";
import { withManifest } from "../../operations/opening.ts";
import { readWholeFile } from "../../platform/whole_file.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";

export interface IdHashOptions extends CommonOptions, LocationOptions {
  readonly path: string;
}

const TEXT = `
Shows the id that an object with the content of a file would have in a repository. It depends on the repository's key.`;

export const debugIdHash: Command<IdHashOptions> = {
  name: "id-hash",
  help: "Show the id of what a file holds",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository whose key to use");
  parser.add_argument("path", { metavar: "PATH", type: types.path, help: "the file to read" });
}

async function run({ location, lockWait, path }: IdHashOptions, context: Context): Promise<void> {
  const opening = { lock: "shared", lockWait, features: [] } as const;
  await withManifest(hostOf(context), location, opening, ({ objects }) => {
    context.stdout.write(`${toHex(objects.idOf(readWholeFile(path)))}\n`);
    return Promise.resolve();
  });
}
