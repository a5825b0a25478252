import type { ArgumentParser } from "argparse";
import { deleteObjects } from "../../operations/debug/delete_objects.ts";
import { withRepository } from "../../operations/opening.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { validIds } from "../object_ids.ts";
import type { CommonOptions } from "../options/common.ts";
import { addIds } from "../options/debug.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";

export interface DeleteObjOptions extends CommonOptions, LocationOptions {
  readonly ids: readonly string[];
}

const TEXT = `
Deletes objects from a repository, whether something needs them or not. What is no id, or the id of no object, is named and
does not count as an error.

This damages a repository when archives need the objects: "borg check --repair" looks after that.`;

export const debugDeleteObj: Command<DeleteObjOptions> = {
  name: "delete-obj",
  help: "Delete objects from a repository",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to change");
  addIds(parser, "ids of the objects to delete, 64 hex digits each");
}

async function run({ location, lockWait, ids }: DeleteObjOptions, context: Context): Promise<void> {
  const { stdout } = context;
  await withRepository(hostOf(context), location, { lock: "exclusive", lockWait }, async (repository) => {
    await deleteObjects(repository, validIds(ids, context), ({ text }, wasThere) => {
      stdout.write(`object ${text} ${wasThere ? "deleted" : "not found"}.\n`);
    });
  });
  stdout.write("Done.\n");
}
