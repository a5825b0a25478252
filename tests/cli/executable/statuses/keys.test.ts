import { theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { type Condition, describeConditions } from "./stage.ts";

/** A file of what is remembered of a repository. */
const REMEMBERED = (repository: string, name: string) =>
  `"$BORG_BASE_DIR"/.config/borg/security/$(sed -n 's/^id = //p' ${repository}/config)/${name}`;
const FUTURE = "2100-01-01T00:00:00.000000";
/** Changes whose key the file `other` is. */
const OTHER_KEY = "sed '1s/ .*/ '$(printf %064d 7)'/' \"$BORG_BASE_DIR\"/.config/borg/keys/* >other";
const ASK = "unset BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK BORG_RELOCATED_REPO_ACCESS_IS_OK;";
const NO_PASSPHRASE = "unset BORG_PASSPHRASE;";

const CONDITIONS: readonly Condition[] = [
  {
    code: "KeyfileInvalidError",
    status: 40,
    cause: 'head -c 100 "$BORG_BASE_DIR"/.config/borg/keys/* >broken',
    command: "BORG_KEY_FILE=broken borg list keyed",
    says: /^Invalid key file for repository .* found in .*broken\.\n$/,
  },
  {
    code: "KeyfileMismatchError",
    status: 41,
    cause: OTHER_KEY,
    command: "BORG_KEY_FILE=other borg list keyed",
    says: /^Mismatch between repository .* and key file .*other\.\n$/,
  },
  {
    code: "KeyfileNotFoundError",
    status: 42,
    cause: 'rm "$BORG_BASE_DIR"/.config/borg/keys/*',
    command: "borg list keyed",
    says: /^No key file for repository .* found in .*\.\n$/,
  },
  {
    code: "NotABorgKeyFile",
    status: 43,
    command: "borg key import keyed file",
    says: /^This file is not a borg key backup, aborting\.\n$/,
  },
  {
    code: "RepoIdMismatch",
    status: 45,
    cause: OTHER_KEY,
    command: "borg key import keyed other",
    says: /^This key backup seems to be for a different backup repository, aborting\.\n$/,
  },
  {
    code: "UnencryptedRepo",
    status: 46,
    command: "borg key export plain",
    says: /^Keymanagement not available for unencrypted repositories\.\n$/,
  },
  {
    code: "UnsupportedPayloadError",
    status: 48,
    cause: "printf '\\377\\000\\000' >manifest; borg debug put-obj plain $(printf %064d 0) manifest",
    command: "borg list plain",
    says: /^Unsupported payload type 255\. A newer version is required to access this repository\.\n$/,
  },
  {
    code: "NoPassphraseFailure",
    status: 50,
    command: `${NO_PASSPHRASE} setsid borg list keyed </dev/null`,
    says: /can not acquire a passphrase: /,
  },
  {
    code: "PasscommandFailure",
    status: 51,
    command: `${NO_PASSPHRASE} BORG_PASSCOMMAND=false borg list keyed`,
    says: /^passcommand supplied in BORG_PASSCOMMAND failed: /,
  },
  {
    code: "PassphraseWrong",
    status: 52,
    command: "BORG_PASSPHRASE=wrong borg list keyed",
    says: /^passphrase supplied in BORG_PASSPHRASE, by BORG_PASSCOMMAND or via BORG_PASSPHRASE_FD is incorrect\.\n$/,
  },
  {
    code: "Cache.CacheInitAbortedError",
    status: 60,
    cause: 'cd "$BORG_BASE_DIR" && rm -r .config/borg/security .cache; cd -',
    command: `${ASK} borg list plain </dev/null`,
    says: /Cache initialization aborted\n$/,
  },
  {
    code: "Cache.EncryptionMethodMismatch",
    status: 61,
    cause: `printf 2 >${REMEMBERED("keyed", "key-type")}; rm -r "$BORG_BASE_DIR"/.cache`,
    command: "borg list keyed",
    says: /^Repository encryption method changed since last access, refusing to continue\n$/,
  },
  {
    code: "Cache.RepositoryAccessAborted",
    status: 62,
    cause: "mv plain moved",
    command: `${ASK} echo n | borg list moved`,
    says: /Repository access aborted\n$/,
  },
  {
    code: "Cache.RepositoryIDNotUnique",
    status: 63,
    cause: `printf ${FUTURE} >${REMEMBERED("plain", "manifest-timestamp")}`,
    command: "borg list plain",
    says: /^Cache is newer than repository - do you have multiple, independently updated repos with same ID\?\n$/,
  },
  {
    code: "Cache.RepositoryReplay",
    status: 64,
    cause: `printf ${FUTURE} >${REMEMBERED("keyed", "manifest-timestamp")}`,
    command: "borg list keyed",
    says: /^Cache, or information obtained from the security directory is newer than repository - /,
  },
  {
    code: "ArchiveTAMInvalid",
    status: 95,
    cause: `borg init -e repokey signed; borg create signed::a file; '${theirs.path}' rename signed::a renamed`,
    command: "borg info signed::renamed",
    says: /^Data integrity error: Archive authentication did not verify\n$/,
    needs: requirePeer("borg"),
  },
];

describeConditions("errors of keys and trust have statuses", 2, CONDITIONS);
