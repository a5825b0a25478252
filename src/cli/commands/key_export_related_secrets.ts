import type { ArgumentParser } from "argparse";
import { formatRelatedSecrets } from "../../crypto/related_secrets.ts";
import { relatedSecretsOf } from "../../operations/keys.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { writeKeyCopy } from "../key_copy.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";

export interface KeyExportRelatedOptions extends CommonOptions, LocationOptions {
  /** Undefined = standard output. */
  readonly path: string | undefined;
}

const TEXT = `
Writes what another repository needs to cut and name chunks as this one does: for "borg init --import-related-secrets". Both then
have equal ids for equal contents, and each an encryption of its own. The new one must compute ids in the same way: either
both are of a -blake2 mode, or neither.

The file is not protected by any passphrase. Who has it cannot read the repository, but can find out whether a file that he
has is in it: delete the file once it has been used.

Example:
  borg key export-related-secrets /mnt/backup/repo secrets.json
  borg init -e repokey --import-related-secrets secrets.json /mnt/other/repo
  rm secrets.json`;

export const keyExportRelatedSecrets: Command<KeyExportRelatedOptions> = {
  name: "export-related-secrets",
  help: "Write what a related repository can be made with",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "whose secrets they are");
  parser.add_argument("path", {
    metavar: "PATH",
    nargs: "?",
    type: types.path,
    help: "where to write them (default: standard output)",
  });
}

async function run({ location, path }: KeyExportRelatedOptions, context: Context): Promise<void> {
  const text = formatRelatedSecrets(await relatedSecretsOf(hostOf(context), location));
  if (path === undefined || path === "-") context.stdout.write(text);
  else writeKeyCopy(path, text);
}
