import type { ArgumentParser } from "argparse";
import { fromHex } from "../../encoding/bytes.ts";
import { encodeText } from "../../encoding/path.ts";
import { readableObjects } from "../../operations/debug/any_key.ts";
import { searchObjects } from "../../operations/debug/search_objects.ts";
import { withRepository } from "../../operations/opening.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";
import { findLine } from "../render/find.ts";

export interface SearchRepoObjsOptions extends CommonOptions, LocationOptions {
  readonly wanted: string;
}

const TEXT = `
Looks for bytes in all objects of a repository, decrypted and decompressed, and across the end of one and the beginning of the
next one. WANTED is hex:0123abcd or str:text. A line for each object that has them shows its number and id, how often they
are in it, and the first place with what is around it, as hex digits and as text.`;

export const debugSearchRepoObjs: Command<SearchRepoObjsOptions> = {
  name: "search-repo-objs",
  help: "Look for bytes in the objects of a repository",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to look at");
  parser.add_argument("wanted", { metavar: "WANTED", help: "what to look for: hex:0123abcd or str:text" });
}

async function run({ location, lockWait, wanted }: SearchRepoObjsOptions, context: Context): Promise<void> {
  const { stdout, outcome } = context;
  const host = hostOf(context);
  await withRepository(host, location, { lock: "shared", lockWait }, async (repository) => {
    const bytes = wantedBytes(wanted);
    if (bytes === undefined) {
      outcome.error("Error");
      return context.log.error("search term needs to be hex:123abc or str:foobar style");
    }
    for await (const event of searchObjects(await readableObjects(host, location, repository), bytes)) {
      stdout.write("searched" in event ? `${event.searched} objects processed.\n` : `${findLine(event, bytes)}\n`);
    }
    stdout.write("Done.\n");
  });
}

function wantedBytes(text: string): Uint8Array | undefined {
  const [, kind, rest = ""] = /^(hex|str):(.+)$/s.exec(text) ?? [];
  if (kind === "str") return encodeText(rest);
  return kind === "hex" && /^([0-9a-fA-F]{2})+$/.test(rest) ? fromHex(rest) : undefined;
}
