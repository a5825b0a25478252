import type { ArgumentParser } from "argparse";
import { encodeText } from "../../encoding/path.ts";
import type { Value } from "../../encoding/msgpack.ts";
import { type RawArchive, readRawArchive } from "../../operations/debug/raw_archive.ts";
import { withManifest } from "../../operations/opening.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context, Output } from "../context.ts";
import { dumpTo } from "../dump_target.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addDumpPath } from "../options/debug.ts";
import { dumped, dumpedText } from "../render/dump.ts";
import { jsonBlock, jsonLine } from "../render/json.ts";

export interface DumpArchiveOptions extends CommonOptions {
  readonly location: ArchiveLocation;
  readonly path: string;
}

const TEXT = `
Writes what is stored about an archive and its files as JSON: all but their contents. Bytes that are no text are shown as hex
digits behind the character U+007F.

Whether the archive is authentic is not asked.`;

export const debugDumpArchive: Command<DumpArchiveOptions> = {
  name: "dump-archive",
  help: "Write what is stored about an archive as JSON",
  epilog: epilog(TEXT),
  declare,
  run,
};

const MARGIN = "    ";

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("location", {
    metavar: "ARCHIVE",
    type: types.location("archive"),
    help: "the archive to look at",
  });
  addDumpPath(parser, types, "it");
}

async function run({ location, lockWait, path }: DumpArchiveOptions, context: Context): Promise<void> {
  const opening = { lock: "shared", lockWait, features: [] } as const;
  await withManifest(hostOf(context), location, opening, async (unlocked) => {
    const archive = await readRawArchive(unlocked, location.archive);
    await dumpTo(path, context, (output) => write(location.archive, archive, output));
  });
}

/** One member after the other, since all items of an archive may be more than memory holds. */
async function write(name: string, { entry, metadata, items }: RawArchive, output: Pick<Output, "write">) {
  const stored = new Map<string, Value>([["id", entry.id], ["time", encodeText(entry.time)]]);
  output.write(`{\n${MARGIN}"_name": ${jsonLine(dumpedText(name))},\n`);
  output.write(`${MARGIN}"_manifest_entry":\n${block(stored)},\n`);
  output.write(`${MARGIN}"_meta":\n${block(metadata)},\n`);
  output.write(`${MARGIN}"_items": [\n`);
  let separator = "";
  for await (const batch of items) {
    for (const item of batch) {
      output.write(separator + block(item));
      separator = ",\n";
    }
  }
  output.write(`\n${MARGIN}]\n}\n`);
}

function block(value: Value): string {
  return MARGIN + jsonBlock(dumped(value), MARGIN);
}
