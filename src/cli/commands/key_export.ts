import type { ArgumentParser } from "argparse";
import type { ExportForm } from "../../crypto/export.ts";
import { exportRepositoryKey } from "../../operations/keys.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { writeKeyCopy } from "../key_copy.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";

export interface KeyExportOptions extends CommonOptions, LocationOptions {
  /** Undefined = standard output. */
  readonly path: string | undefined;
  readonly paper: boolean;
  readonly qrHtml: boolean;
}

const TEXT = `
Writes a copy of a repository's key, for another place than this machine and the repository. Without the key nothing can be
restored. The copy is protected by the passphrase, which is not part of it.

The copy is a file for "borg key import"; with --paper lines to be printed and typed in again, each with a checksum; with
--qr-html a page to be printed, with these lines and a QR code.

Examples:
  borg key export /mnt/backup/repo key-of-repo
  borg key export --paper /mnt/backup/repo > key-of-repo.txt`;

export const keyExport: Command<KeyExportOptions> = {
  name: "export",
  help: "Write a copy of the key",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "whose key it is");
  parser.add_argument("path", {
    metavar: "PATH",
    nargs: "?",
    type: types.path,
    help: "where to write the copy (default: standard output)",
  });
  flag(parser, "--paper", "paper", "write lines to be printed and typed in");
  flag(parser, "--qr-html", "qrHtml", "write a page to be printed, with a QR code");
}

async function run({ location, path, ...forms }: KeyExportOptions, context: Context): Promise<void> {
  const text = await exportRepositoryKey(hostOf(context), location, formOf(forms));
  if (path === undefined || path === "-") context.stdout.write(text);
  else writeKeyCopy(path, text);
}

function formOf({ paper, qrHtml }: Pick<KeyExportOptions, "paper" | "qrHtml">): ExportForm {
  if (paper) return "paper";
  return qrHtml ? "qr-html" : "file";
}
