import { migrateRepositoryKey } from "../../operations/keys.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";

export interface KeyMigrateOptions extends CommonOptions, LocationOptions {}

const TEXT = `
Attic, and BorgBackup before 1.0, could encrypt without a key: everything came from the passphrase. This gives such a repository
a key, which is kept in it and holds the same secrets, so that what was written with them stays readable.

First the old passphrase is asked for (or taken from BORG_PASSPHRASE), then one that is to protect the key from now on (or
BORG_NEW_PASSPHRASE). "borg key change-passphrase" changes that one as usual. But the secrets will always be those that can be
made from the old passphrase.

A repository of Attic must be converted first, with "borg upgrade". What is old in it has not been signed: see --archives-tam
and --tam there.`;

export const keyMigrateToRepokey: Command<KeyMigrateOptions> = {
  name: "migrate-to-repokey",
  help: "Give a repository of the old passphrase mode a key",
  epilog: epilog(TEXT),
  declare: (parser, types) => addRepository(parser, types, "which gets a key"),
  run,
};

async function run({ location, lockWait }: KeyMigrateOptions, context: Context): Promise<void> {
  await migrateRepositoryKey(hostOf(context), location, lockWait);
  context.log.info("The repository has a repokey now.");
}
