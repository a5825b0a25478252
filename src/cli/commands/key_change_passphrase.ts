import { UnencryptedRepo } from "../../crypto/key_store.ts";
import { changePassphrase } from "../../operations/keys.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";
import { CommandError } from "../usage_problem.ts";

export interface KeyChangePassphraseOptions extends CommonOptions, LocationOptions {}

const TEXT = `
Protects the key of a repository with another passphrase, which is asked for or taken from BORG_NEW_PASSPHRASE.

The key itself stays as it is: who knows both the key and its old passphrase can still read everything. Copies made with
"borg key export" keep the passphrase that they were made with.`;

export const keyChangePassphrase: Command<KeyChangePassphraseOptions> = {
  name: "change-passphrase",
  help: "Change the passphrase of a key",
  epilog: epilog(TEXT),
  declare: (parser, types) => addRepository(parser, types, "whose key it is"),
  run,
};

async function run({ location, lockWait }: KeyChangePassphraseOptions, context: Context): Promise<void> {
  const home = await changePassphrase(hostOf(context), location, lockWait).catch(refuseUnencrypted);
  context.log.info("Key updated");
  context.log.info(`Key location: ${home}`);
}

function refuseUnencrypted(error: unknown): never {
  if (!(error instanceof UnencryptedRepo)) throw error;
  throw new CommandError("This repository is not encrypted, cannot change the passphrase.");
}
