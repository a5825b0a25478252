import type { BorgError } from "../errors.ts";
import { ServerError } from "../repository/remote/errors.ts";

export type Data = readonly (string | number | bigint)[];

/** How a condition ends the program and what it says. Texts are BorgBackup's, since scripts look for them. */
export interface Failure {
  readonly severity: "error" | "warning";
  /** Exit status with BORG_EXIT_CODES=modern. */
  readonly status: number;
  /** Exit status otherwise. */
  readonly legacyStatus: number;
  /** `path`: the file system object that a warning is about. */
  text(data: Data, path?: string): string;
}

type Template = string | ((data: Data, path?: string) => string);

const TAM_MANIFEST = "Manifest is unauthenticated, but it is required for this repository. Is somebody attacking you?";
const LOCKED = "Failed to acquire the lock {}.";
const SYSTEM_PROBLEM: Template = (data, path) => about(path, systemProblem(data));
const PROBLEM: Template = (data, path) => about(path, String(data[0] ?? ""));

/** Exit statuses of format reference 13, by message id. `{}` takes the next value of the error's data. */
const ERRORS: readonly [status: number, code: string, template: Template][] = [
  [2, "Error", "Error: {}"],
  [2, "ErrorWithTraceback", "Error: {}"],
  [2, "RTError", "Runtime Error: {}"],
  [2, "Buffer.MemoryLimitExceeded", "Requested buffer size {} is above the limit of {}."],
  [3, "CancelledByUser", "Cancelled by user."],
  [4, "CommandError", "Command Error: {}"],
  [5, "PlaceholderError", 'Formatting Error: "{}".format({}): {}({})'],
  [6, "InvalidPlaceholder", 'Invalid placeholder "{}" in string: {}'],
  [10, "Repository.AlreadyExists", "A repository already exists at {}."],
  [11, "Repository.AtticRepository", 'Attic repository detected. Please run "borg upgrade {}".'],
  [12, "Repository.CheckNeeded", 'Inconsistency detected. Please run "borg check {}".'],
  [13, "Repository.DoesNotExist", "Repository {} does not exist."],
  [
    14,
    "Repository.InsufficientFreeSpaceError",
    "Insufficient free space to complete transaction (required: {}, available: {}).",
  ],
  [15, "Repository.InvalidRepository", "{} is not a valid repository. Check repo config."],
  [16, "Repository.InvalidRepositoryConfig", "{} does not have a valid configuration. Check repo config [{}]."],
  [17, "Repository.ObjectNotFound", "Object with key {} not found in repository {}."],
  [18, "Repository.ParentPathDoesNotExist", "The parent path of the repo directory [{}] does not exist."],
  [19, "Repository.PathAlreadyExists", "There is already something at {}."],
  [
    20,
    "Repository.StorageQuotaExceeded",
    "The storage quota ({}) has been exceeded ({}). Try deleting some archives.",
  ],
  [21, "Repository.PathPermissionDenied", "Permission denied to {}."],
  [
    25,
    "MandatoryFeatureUnsupported",
    "Unsupported repository feature(s) {}. A newer version of borg is required to access this repository.",
  ],
  [26, "NoManifestError", "Repository has no manifest."],
  [
    27,
    "UnsupportedManifestError",
    "Unsupported manifest envelope. A newer version is required to access this repository.",
  ],
  [30, "Archive.AlreadyExists", "Archive {} already exists"],
  [31, "Archive.DoesNotExist", "Archive {} does not exist"],
  [
    32,
    "Archive.IncompatibleFilesystemEncodingError",
    'Failed to encode filename "{}" into file system encoding "{}". Consider configuring the LANG environment variable.',
  ],
  [40, "KeyfileInvalidError", "Invalid key file for repository {} found in {}."],
  [41, "KeyfileMismatchError", "Mismatch between repository {} and key file {}."],
  [42, "KeyfileNotFoundError", "No key file for repository {} found in {}."],
  [43, "NotABorgKeyFile", "This file is not a borg key backup, aborting."],
  [44, "RepoKeyNotFoundError", "No key entry found in the config of repository {}."],
  [45, "RepoIdMismatch", "This key backup seems to be for a different backup repository, aborting."],
  [46, "UnencryptedRepo", "Keymanagement not available for unencrypted repositories."],
  [47, "UnknownKeyType", "Keytype {} is unknown."],
  [
    48,
    "UnsupportedPayloadError",
    "Unsupported payload type {}. A newer version is required to access this repository.",
  ],
  [50, "NoPassphraseFailure", "can not acquire a passphrase: {}"],
  [51, "PasscommandFailure", "passcommand supplied in BORG_PASSCOMMAND failed: {}"],
  [
    52,
    "PassphraseWrong",
    "passphrase supplied in BORG_PASSPHRASE, by BORG_PASSCOMMAND or via BORG_PASSPHRASE_FD is incorrect.",
  ],
  [53, "PasswordRetriesExceeded", "exceeded the maximum password retries"],
  [60, "Cache.CacheInitAbortedError", "Cache initialization aborted"],
  [
    61,
    "Cache.EncryptionMethodMismatch",
    "Repository encryption method changed since last access, refusing to continue",
  ],
  [62, "Cache.RepositoryAccessAborted", "Repository access aborted"],
  [
    63,
    "Cache.RepositoryIDNotUnique",
    "Cache is newer than repository - do you have multiple, independently updated repos with same ID?",
  ],
  [
    64,
    "Cache.RepositoryReplay",
    "Cache, or information obtained from the security directory is newer than repository - this is either an attack " +
    "or unsafe (multiple repos with same ID)",
  ],
  [70, "LockError", LOCKED],
  [71, "LockErrorT", LOCKED],
  [72, "LockFailed", "Failed to create/acquire the lock {} ({})."],
  [73, "LockTimeout", "Failed to create/acquire the lock {} (timeout)."],
  [74, "NotLocked", "Failed to release the lock {} (was not locked)."],
  [75, "NotMyLock", "Failed to release the lock {} (was/is locked, but not by me)."],
  [80, "ConnectionClosed", "Connection closed by remote host."],
  [81, "ConnectionClosedWithHint", "Connection closed by remote host. {}"],
  [82, "InvalidRPCMethod", "RPC method {} is not valid"],
  [83, "PathNotAllowed", "Repository path not allowed: {}"],
  [84, "RemoteRepository.RPCServerOutdated", "Borg server is too old for {}. Required version {}"],
  [85, "UnexpectedRPCDataFormatFromClient", "Borg {}: Got unexpected RPC data format from client."],
  [86, "UnexpectedRPCDataFormatFromServer", "Got unexpected RPC data format from server:\n{}"],
  [87, "ConnectionBrokenWithHint", "Connection to remote host is broken. {}"],
  [90, "IntegrityError", "Data integrity error: {}"],
  [91, "FileIntegrityError", "File failed integrity check: {}"],
  [92, "DecompressionError", "Decompression error: {}"],
  [95, "ArchiveTAMInvalid", "Data integrity error: Archive authentication did not verify"],
  [
    96,
    "ArchiveTAMRequiredError",
    "Archive '{}' is unauthenticated, but it is required for this repository.",
  ],
  [97, "TAMInvalid", "Data integrity error: Manifest authentication did not verify"],
  [98, "TAMRequiredError", TAM_MANIFEST],
  [
    99,
    "TAMUnsupportedSuiteError",
    "Could not verify manifest: Unsupported suite {}; a newer version is needed.",
  ],
];

const WARNINGS: readonly [status: number, code: string, template: Template][] = [
  [100, "FileChangedWarning", "{}: file changed while we backed it up"],
  [101, "IncludePatternNeverMatchedWarning", "Include pattern '{}' never matched."],
  [102, "BackupError", PROBLEM],
  [103, "BackupRaceConditionError", PROBLEM],
  [104, "BackupOSError", SYSTEM_PROBLEM],
  [105, "BackupPermissionError", SYSTEM_PROBLEM],
  [106, "BackupIOError", SYSTEM_PROBLEM],
  [107, "BackupFileNotFoundError", SYSTEM_PROBLEM],
  [108, "BackupSymlinkParentError", PROBLEM],
  [109, "BackupPathTraversalError", PROBLEM],
  [110, "BackupHardlinkSourceError", PROBLEM],
];

/** Every condition of format reference 13, by message id. */
export const FAILURES: ReadonlyMap<string, Failure> = new Map([
  ...ERRORS.map((row) => [row[1], failure("error", 2, row)] as const),
  ...WARNINGS.map((row) => [row[1], failure("warning", 1, row)] as const),
]);

function failure(
  severity: Failure["severity"],
  legacyStatus: number,
  [status, , template]: readonly [number, string, Template],
): Failure {
  const text = typeof template === "string" ? (data: Data) => fill(template, data) : template;
  return { severity, status, legacyStatus, text };
}

function fill(template: string, data: Data): string {
  let next = 0;
  return template.replaceAll("{}", () => String(data[next++] ?? ""));
}

function about(path: string | undefined, text: string): string {
  return path === undefined ? text : `${path}: ${text}`;
}

/** `stat: [Errno 13] Permission denied: 'name'`, from what was being done and the system's words. */
function systemProblem([operation, message]: Data): string {
  return `${operation}: ${message}`;
}

/** What a person reads about `error`. */
export function failureText(error: BorgError, path?: string): string {
  if (error instanceof ServerError) return error.text;
  const known = FAILURES.get(error.code);
  return known === undefined ? `${error.code}: ${error.data.join(", ")}` : known.text(error.data, path);
}
