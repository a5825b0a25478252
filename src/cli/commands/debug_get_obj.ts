import type { ArgumentParser } from "argparse";
import { getObject } from "../../operations/debug/get_object.ts";
import { readId } from "../../operations/debug/object_id.ts";
import { withRepository } from "../../operations/opening.ts";
import { writeWholeFile } from "../../platform/whole_file.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { refusesId } from "../object_ids.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";

export interface GetObjOptions extends CommonOptions, LocationOptions {
  readonly id: string;
  readonly path: string;
}

const TEXT = `
Writes an object of a repository into a file as it is stored: compressed, and encrypted where that is the mode. No key is
needed.`;

export const debugGetObj: Command<GetObjOptions> = {
  name: "get-obj",
  help: "Write a stored object into a file",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to look at");
  parser.add_argument("id", { metavar: "ID", help: "the object's id, 64 hex digits" });
  parser.add_argument("path", { metavar: "PATH", type: types.path, help: "the file to write it to" });
}

async function run({ location, lockWait, id: text, path }: GetObjOptions, context: Context): Promise<void> {
  const { stdout, outcome } = context;
  await withRepository(hostOf(context), location, { lock: "shared", lockWait }, async (repository) => {
    if (refusesId(text, context)) return;
    const object = await getObject(repository, readId(text).id);
    if (object === undefined) {
      stdout.write(`object ${text} not found.\n`);
      return outcome.error("Error");
    }
    await writeWholeFile(path, object);
    stdout.write(`object ${text} fetched.\n`);
  });
}
