import { BorgError } from "../errors.ts";

/** The user does not want to access this unencrypted repository, which was never seen before. */
export class CacheInitAbortedError extends BorgError {
  constructor() {
    super("Cache.CacheInitAbortedError");
  }
}

/** The repository's key is of another type than it used to be. */
export class EncryptionMethodMismatch extends BorgError {
  constructor() {
    super("Cache.EncryptionMethodMismatch");
  }
}

/** The user does not want to access the repository at its new place. */
export class RepositoryAccessAborted extends BorgError {
  constructor() {
    super("Cache.RepositoryAccessAborted");
  }
}

/** The manifest is older than one seen before; without encryption, a copy of the repository is the likely reason. */
export class RepositoryIDNotUnique extends BorgError {
  constructor() {
    super("Cache.RepositoryIDNotUnique");
  }
}

/** The manifest is older than one seen before: somebody may have put an old state of the repository back. */
export class RepositoryReplay extends BorgError {
  constructor() {
    super("Cache.RepositoryReplay");
  }
}
