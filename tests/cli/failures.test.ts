import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FAILURES, failureText } from "../../src/cli/failures.ts";
import { BorgError, IntegrityError } from "../../src/errors.ts";
import { BackupOSError, FileChangedWarning } from "../../src/operations/problems.ts";
import { SystemError } from "../../src/platform/system_error.ts";

/** The table of format reference 13. */
const STATUSES: Readonly<Record<number, string>> = {
  3: "CancelledByUser",
  4: "CommandError",
  5: "PlaceholderError",
  6: "InvalidPlaceholder",
  10: "Repository.AlreadyExists",
  11: "Repository.AtticRepository",
  12: "Repository.CheckNeeded",
  13: "Repository.DoesNotExist",
  14: "Repository.InsufficientFreeSpaceError",
  15: "Repository.InvalidRepository",
  16: "Repository.InvalidRepositoryConfig",
  17: "Repository.ObjectNotFound",
  18: "Repository.ParentPathDoesNotExist",
  19: "Repository.PathAlreadyExists",
  20: "Repository.StorageQuotaExceeded",
  21: "Repository.PathPermissionDenied",
  25: "MandatoryFeatureUnsupported",
  26: "NoManifestError",
  27: "UnsupportedManifestError",
  30: "Archive.AlreadyExists",
  31: "Archive.DoesNotExist",
  32: "Archive.IncompatibleFilesystemEncodingError",
  40: "KeyfileInvalidError",
  41: "KeyfileMismatchError",
  42: "KeyfileNotFoundError",
  43: "NotABorgKeyFile",
  44: "RepoKeyNotFoundError",
  45: "RepoIdMismatch",
  46: "UnencryptedRepo",
  47: "UnknownKeyType",
  48: "UnsupportedPayloadError",
  50: "NoPassphraseFailure",
  51: "PasscommandFailure",
  52: "PassphraseWrong",
  53: "PasswordRetriesExceeded",
  60: "Cache.CacheInitAbortedError",
  61: "Cache.EncryptionMethodMismatch",
  62: "Cache.RepositoryAccessAborted",
  63: "Cache.RepositoryIDNotUnique",
  64: "Cache.RepositoryReplay",
  70: "LockError",
  71: "LockErrorT",
  72: "LockFailed",
  73: "LockTimeout",
  74: "NotLocked",
  75: "NotMyLock",
  80: "ConnectionClosed",
  81: "ConnectionClosedWithHint",
  82: "InvalidRPCMethod",
  83: "PathNotAllowed",
  84: "RemoteRepository.RPCServerOutdated",
  85: "UnexpectedRPCDataFormatFromClient",
  86: "UnexpectedRPCDataFormatFromServer",
  87: "ConnectionBrokenWithHint",
  90: "IntegrityError",
  91: "FileIntegrityError",
  92: "DecompressionError",
  95: "ArchiveTAMInvalid",
  96: "ArchiveTAMRequiredError",
  97: "TAMInvalid",
  98: "TAMRequiredError",
  99: "TAMUnsupportedSuiteError",
  100: "FileChangedWarning",
  101: "IncludePatternNeverMatchedWarning",
  102: "BackupError",
  103: "BackupRaceConditionError",
  104: "BackupOSError",
  105: "BackupPermissionError",
  106: "BackupIOError",
  107: "BackupFileNotFoundError",
  108: "BackupSymlinkParentError",
  109: "BackupPathTraversalError",
  110: "BackupHardlinkSourceError",
};

function text(code: string, ...data: (string | number)[]): string {
  return failureText(new BorgError(code, data));
}

describe("failures", () => {
  it("give every condition its modern status", () => {
    for (const [status, code] of Object.entries(STATUSES)) {
      assert.equal(FAILURES.get(code)?.status, Number(status), code);
    }
    for (const code of ["Error", "ErrorWithTraceback", "RTError", "Buffer.MemoryLimitExceeded"]) {
      assert.equal(FAILURES.get(code)?.status, 2, code);
    }
    assert.equal(FAILURES.size, Object.keys(STATUSES).length + 4);
  });

  it("are errors below 100 and warnings from there on, with the legacy status of each", () => {
    for (const [code, { severity, status, legacyStatus }] of FAILURES) {
      assert.equal(severity, status < 100 ? "error" : "warning", code);
      assert.equal(legacyStatus, status < 100 ? 2 : 1, code);
    }
  });

  it("say what BorgBackup says", () => {
    assert.equal(text("Repository.AlreadyExists", "/r"), "A repository already exists at /r.");
    assert.equal(
      text("Repository.ParentPathDoesNotExist", "/n/n"),
      "The parent path of the repo directory [/n/n] does not exist.",
    );
    assert.equal(
      text("Repository.InvalidRepositoryConfig", "/r", "no repository section found"),
      "/r does not have a valid configuration. Check repo config [no repository section found].",
    );
    assert.equal(
      text("Repository.StorageQuotaExceeded", "3.10 MB", "4.10 MB"),
      "The storage quota (3.10 MB) has been exceeded (4.10 MB). Try deleting some archives.",
    );
    assert.equal(
      text("LockTimeout", "/r/lock.exclusive"),
      "Failed to create/acquire the lock /r/lock.exclusive (timeout).",
    );
    assert.equal(
      text("InvalidPlaceholder", "foo", "{foo}::a"),
      'Invalid placeholder "foo" in string: {foo}::a',
    );
    assert.equal(text("Error", "no luck"), "Error: no luck");
    assert.equal(text("CommandError", "no luck"), "Command Error: no luck");
    assert.equal(failureText(new IntegrityError("bad")), "Data integrity error: bad");
  });

  it("name the file of a warning", () => {
    const problem = new BackupOSError("stat", SystemError.named("ENOENT", "stat", "no file"));
    assert.equal(failureText(problem, "no file"), "no file: stat: [Errno 2] No such file or directory: 'no file'");
    assert.equal(failureText(new FileChangedWarning("a"), "a"), "a: file changed while we backed it up");
    const race = new BorgError("BackupRaceConditionError", ["file type changed"]);
    assert.equal(failureText(race, "a/b"), "a/b: file type changed");
  });

  it("do not need to be known", () => {
    assert.equal(text("ValueError", "x", 1), "ValueError: x, 1");
  });
});
