import type { ArgumentParser } from "argparse";
import type { Key } from "../../crypto/key.ts";
import type { ModeName } from "../../crypto/modes.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import { parseRelatedSecrets } from "../../crypto/related_secrets.ts";
import { decodeText } from "../../encoding/path.ts";
import { initRepository } from "../../operations/init.ts";
import { canonicalLocation } from "../../repository/location.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { hostOf } from "../host.ts";
import { readKeyCopy } from "../key_copy.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";

export interface InitOptions extends CommonOptions, LocationOptions {
  readonly encryption: ModeName;
  readonly appendOnly: boolean;
  /** Bytes. */
  readonly storageQuota: number | undefined;
  readonly makeParentDirs: boolean;
  readonly importRelatedSecrets: string | undefined;
}

const MODES: readonly ModeName[] = [
  "none",
  "keyfile",
  "repokey",
  "authenticated",
  "keyfile-blake2",
  "repokey-blake2",
  "authenticated-blake2",
];

const TEXT = `
Makes a new, empty repository. How it is encrypted is decided here and holds for good.

  mode                  contents              chunk ids     key is kept
  none                  readable by anybody   SHA-256       there is none
  authenticated         readable, signed      HMAC-SHA256   in the repository
  authenticated-blake2  readable, signed      BLAKE2b       in the repository
  repokey               encrypted, signed     HMAC-SHA256   in the repository
  repokey-blake2        encrypted, signed     BLAKE2b       in the repository
  keyfile               encrypted, signed     HMAC-SHA256   on this machine
  keyfile-blake2        encrypted, signed     BLAKE2b       on this machine

The key is protected by a passphrase, which is asked for or taken from BORG_PASSPHRASE, BORG_PASSCOMMAND or
BORG_PASSPHRASE_FD. Without key or without passphrase nobody can read the backups again: keep a copy of the key in another
place ("borg key export"), and remember the passphrase.

Examples:
  borg init -e repokey-blake2 /mnt/backup/repo
  borg init -e keyfile --make-parent-dirs ssh://backup@host/./machines/this`;

export const init: Command<InitOptions> = {
  name: "init",
  help: "Make a new, empty repository",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRepository(parser, types, "where to make it");
  parser.add_argument("-e", "--encryption", {
    dest: "encryption",
    choices: MODES,
    required: true,
    metavar: "MODE",
    help: "how to encrypt, see below (required)",
  });
  flag(parser, "--append-only", "appendOnly", "let the repository only grow: what is deleted stays on disk");
  parser.add_argument("--storage-quota", {
    dest: "storageQuota",
    type: types.quota,
    metavar: "QUOTA",
    help: "the most that the repository may take, e.g. 5G or 1.5T (default: no limit)",
  });
  flag(parser, "--make-parent-dirs", "makeParentDirs", "make missing directories above it as well");
  parser.add_argument("--import-related-secrets", {
    dest: "importRelatedSecrets",
    type: types.path,
    metavar: "PATH",
    help:
      "take id key and chunk seed from a file of 'borg key export-related-secrets', so that both repositories cut and " +
      "name chunks alike",
  });
}

async function run(options: InitOptions, context: Context): Promise<void> {
  const { location, encryption: mode, importRelatedSecrets } = options;
  const related = importRelatedSecrets === undefined ? undefined : await readSecrets(importRelatedSecrets, context);
  const place = location.kind === "local" ? location.path : canonicalLocation(location);
  context.log.info(`Initializing repository at "${place}"`);
  const key = await initRepository(hostOf(context), location, { ...options, mode, related });
  context.log.info(keyPlace(key));
  if (key.mode.storage !== "none") context.log.warning(KEY_ADVICE);
}

function keyPlace({ home }: Key): string {
  if (home === undefined) return "The repository is not encrypted.";
  return `The key is kept in ${home.kind === "file" ? home.path : "the repository"}.`;
}

async function readSecrets(path: string, { stdin }: Context) {
  return parseRelatedSecrets(decodeText(await readKeyCopy(path, stdin)));
}

const KEY_ADVICE = `
IMPORTANT: you will need both KEY AND PASSPHRASE to access this repo!

With a repokey or authenticated mode the key lies in the repository, with a keyfile mode in the home directory of this
user. If it is lost, or the passphrase is forgotten, nobody can read the backups. So, for every mode:
1. Keep a copy of the key in a safe place:
   borg key export           REPOSITORY encrypted-key-backup
   borg key export --paper   REPOSITORY encrypted-key-backup.txt
   borg key export --qr-html REPOSITORY encrypted-key-backup.html
2. Write the passphrase down and keep it in a safe place.
`;
