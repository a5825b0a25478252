import type { ArgumentParser } from "argparse";
import { dumpItemChunks } from "../../operations/debug/dump_item_chunks.ts";
import { withManifest } from "../../operations/opening.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { writeDump } from "../write_dump.ts";

export interface DumpArchiveItemsOptions extends CommonOptions {
  readonly location: ArchiveLocation;
}

const TEXT = `
Writes the list of an archive's files as it is stored, decrypted and decompressed, into files in the current directory: one
for each chunk of the list, NUMBER_ID.items. Contents of files are not part of it.`;

export const debugDumpArchiveItems: Command<DumpArchiveItemsOptions> = {
  name: "dump-archive-items",
  help: "Write the stored list of an archive's files",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("location", {
    metavar: "ARCHIVE",
    type: types.location("archive"),
    help: "the archive to look at",
  });
}

async function run({ location, lockWait }: DumpArchiveItemsOptions, context: Context): Promise<void> {
  const host = hostOf(context);
  await withManifest(host, location, { lock: "shared", lockWait, features: [] }, async (unlocked) => {
    for await (const dump of dumpItemChunks(host, unlocked, location.archive)) await writeDump(dump, context);
  });
  context.stdout.write("Done.\n");
}
