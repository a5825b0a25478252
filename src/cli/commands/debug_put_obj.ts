import type { ArgumentParser } from "argparse";
import { readId } from "../../operations/debug/object_id.ts";
import { putObject } from "../../operations/debug/put_object.ts";
import { withRepository } from "../../operations/opening.ts";
import { readWholeFile } from "../../platform/whole_file.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { refusesId } from "../object_ids.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";

export interface PutObjOptions extends CommonOptions, LocationOptions {
  readonly id: string;
  readonly path: string;
}

const TEXT = `
Stores what a file holds as an object, as it is: it should be what "borg debug get-obj" has written. An object that has the
id already is replaced.

This can damage a repository: nothing is checked.`;

export const debugPutObj: Command<PutObjOptions> = {
  name: "put-obj",
  help: "Store what a file holds as an object",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to change");
  parser.add_argument("id", { metavar: "ID", help: "the object's id, 64 hex digits" });
  parser.add_argument("path", { metavar: "PATH", type: types.path, help: "the file to read" });
}

async function run({ location, lockWait, id: text, path }: PutObjOptions, context: Context): Promise<void> {
  await withRepository(hostOf(context), location, { lock: "exclusive", lockWait }, async (repository) => {
    const object = readWholeFile(path);
    if (refusesId(text, context)) return;
    await putObject(repository, readId(text).id, object);
    context.stdout.write(`object ${text} put.\n`);
  });
}
