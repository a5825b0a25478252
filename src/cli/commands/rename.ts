import type { ArgumentParser } from "argparse";
import { withCache } from "../../operations/opening.ts";
import { renameArchive } from "../../operations/rename.ts";
import type { ArchiveLocation, ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addArchive } from "../options/location.ts";

export interface RenameOptions extends CommonOptions {
  readonly location: ArchiveLocation;
  readonly newName: string;
}

const TEXT = `
Gives an archive another name. All else stays as it was, but for the archive's id.

Example:
  borg rename /mnt/backup/repo::monday 2024-05-06`;

export const rename: Command<RenameOptions> = {
  name: "rename",
  help: "Give an archive another name",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addArchive(parser, types, "the archive: REPOSITORY::NAME");
  parser.add_argument("newName", { metavar: "NEWNAME", type: types.archiveName, help: "its new name" });
}

async function run({ location, lockWait, newName }: RenameOptions, context: Context): Promise<void> {
  const host = hostOf(context);
  const opening = { lock: "exclusive", lockWait, features: ["check"] } as const;
  await withCache(host, location, opening, (cached) => renameArchive(host, cached, location.archive, newName));
}
