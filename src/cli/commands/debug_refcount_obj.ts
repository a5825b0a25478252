import type { ArgumentParser } from "argparse";
import { withCache } from "../../operations/opening.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { validIds } from "../object_ids.ts";
import type { CommonOptions } from "../options/common.ts";
import { addIds } from "../options/debug.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";

export interface RefcountObjOptions extends CommonOptions, LocationOptions {
  readonly ids: readonly string[];
}

const TEXT = `
Shows how often objects are referred to by all archives, as far as the cache on this machine knows, which is brought in step
with the repository first. Nothing refers to the manifest.`;

export const debugRefcountObj: Command<RefcountObjOptions> = {
  name: "refcount-obj",
  help: "Show how often objects are referred to",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to look at");
  addIds(parser, "ids of the objects, 64 hex digits each");
}

async function run({ location, lockWait, ids }: RefcountObjOptions, context: Context): Promise<void> {
  const { stdout } = context;
  const opening = { lock: "exclusive", lockWait, features: [] } as const;
  await withCache(hostOf(context), location, opening, ({ cache }) => {
    for (const { text, id } of validIds(ids, context)) {
      const use = cache.chunks.get(id);
      const answer = use === undefined ? "not found" : `has ${use.refcount} referrers`;
      stdout.write(`object ${text} ${answer} [info from chunks cache].\n`);
    }
    return Promise.resolve();
  });
}
