import type { ArgumentParser } from "argparse";
import { toHex } from "../../encoding/bytes.ts";
import { withLocalRepository } from "../../operations/opening.ts";
import type { Usage } from "../../repository/local/usage.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { dumpTo } from "../dump_target.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addDumpPath } from "../options/debug.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";
import { type Json, jsonBlock } from "../render/json.ts";

export interface DumpHintsOptions extends CommonOptions, LocationOptions {
  readonly path: string;
}

const TEXT = `
Writes what a repository on this machine knows of the use of its segments as JSON: objects that count and bytes that can be
freed, by segment; bytes that count for the quota; and the segments in which superseded objects lie.`;

export const debugDumpHints: Command<DumpHintsOptions> = {
  name: "dump-hints",
  help: "Write a repository's hints as JSON",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to look at");
  addDumpPath(parser, types, "them");
}

async function run({ location, lockWait, path }: DumpHintsOptions, context: Context): Promise<void> {
  const opening = { lock: "exclusive", lockWait } as const;
  await withLocalRepository(hostOf(context), location, opening, async (repository) => {
    const text = jsonBlock(describe(await repository.usage()), "");
    await dumpTo(path, context, (output) => Promise.resolve(output.write(text)));
  });
}

function describe({ segments, compact, quotaUse, shadow }: Usage): Json {
  return new Map<string, Json>([
    ["segments", numbers(segments)],
    ["compact", numbers(compact)],
    ["storage_quota_use", quotaUse],
    ["shadow_index", new Map(Array.from(shadow, ([id, where]) => [toHex(id), where]))],
  ]);
}

/** The order is that of the map, which is that of the file. */
function numbers(map: ReadonlyMap<number, number>): Json {
  return new Map(Array.from(map, ([key, value]) => [String(key), value]));
}
