import type { Declaration } from "../command.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRepository, type RepositoryOptions } from "../options/repository.ts";

export interface KeyChangePassphraseOptions extends CommonOptions, RepositoryOptions {}

const TEXT = `
Protects the key of a repository with another passphrase, which is asked for or taken from BORG_NEW_PASSPHRASE.

The key itself stays as it is: who knows both the key and its old passphrase can still read everything. Copies made with
"borg key export" keep the passphrase that they were made with.`;

export const keyChangePassphrase: Declaration<KeyChangePassphraseOptions> = {
  name: "change-passphrase",
  help: "Change the passphrase of a key",
  epilog: epilog(TEXT),
  declare: (parser, types) => addRepository(parser, types, "whose key it is"),
};
