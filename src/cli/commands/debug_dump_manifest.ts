import type { ArgumentParser } from "argparse";
import { readRawManifest } from "../../operations/debug/raw_manifest.ts";
import { withManifest } from "../../operations/opening.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { dumpTo } from "../dump_target.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addDumpPath } from "../options/debug.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";
import { dumped } from "../render/dump.ts";
import { jsonBlock } from "../render/json.ts";

export interface DumpManifestOptions extends CommonOptions, LocationOptions {
  readonly path: string;
}

const TEXT = `
Writes the manifest, which lists the archives, as JSON. Bytes that are no text are shown as hex digits behind the character
U+007F.`;

export const debugDumpManifest: Command<DumpManifestOptions> = {
  name: "dump-manifest",
  help: "Write a repository's manifest as JSON",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to look at");
  addDumpPath(parser, types, "it");
}

async function run({ location, lockWait, path }: DumpManifestOptions, context: Context): Promise<void> {
  const opening = { lock: "shared", lockWait, features: [] } as const;
  const manifest = await withManifest(hostOf(context), location, opening, readRawManifest);
  await dumpTo(path, context, (output) => Promise.resolve(output.write(jsonBlock(dumped(manifest), ""))));
}
