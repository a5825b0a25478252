import { BorgError } from "../errors.ts";

/** The target of a creation, or one of its parents, is a repository already. */
export class AlreadyExists extends BorgError {
  constructor(path: string) {
    super("Repository.AlreadyExists", [path]);
  }
}

/** The repository was written by Attic and has to be upgraded first. */
export class AtticRepository extends BorgError {
  constructor(path: string) {
    super("Repository.AtticRepository", [path]);
  }
}

/** No commit can be trusted: `check --repair` has to look at the repository before it is used. */
export class CheckNeeded extends BorgError {
  constructor(path: string) {
    super("Repository.CheckNeeded", [path]);
  }
}

/** There is no directory at the repository's path. */
export class DoesNotExist extends BorgError {
  constructor(path: string) {
    super("Repository.DoesNotExist", [path]);
  }
}

/** The file system cannot hold what a commit needs. `data`: needed and available size as text. */
export class InsufficientFreeSpaceError extends BorgError {
  constructor(required: string, available: string) {
    super("Repository.InsufficientFreeSpaceError", [required, available]);
  }
}

/** The directory is no repository: it has no configuration. */
export class InvalidRepository extends BorgError {
  constructor(path: string) {
    super("Repository.InvalidRepository", [path]);
  }
}

/** The repository's configuration cannot be used. `data`: path and reason. */
export class InvalidRepositoryConfig extends BorgError {
  constructor(path: string, reason: string) {
    super("Repository.InvalidRepositoryConfig", [path, reason]);
  }
}

/** No object has this id. `data`: the id in hex and the repository's path. */
export class ObjectNotFound extends BorgError {
  constructor(idHex: string, path: string) {
    super("Repository.ObjectNotFound", [idHex, path]);
  }
}

/** The directory in which a repository shall be created does not exist. */
export class ParentPathDoesNotExist extends BorgError {
  constructor(path: string) {
    super("Repository.ParentPathDoesNotExist", [path]);
  }
}

/** Something other than a repository is where one shall be created. */
export class PathAlreadyExists extends BorgError {
  constructor(path: string) {
    super("Repository.PathAlreadyExists", [path]);
  }
}

/** The operating system refuses access to the repository's path. */
export class PathPermissionDenied extends BorgError {
  constructor(path: string, options?: ErrorOptions) {
    super("Repository.PathPermissionDenied", [path], options);
  }
}

/** The transaction uses more than the quota allows. `data`: limit and use as text. */
export class StorageQuotaExceeded extends BorgError {
  constructor(limit: string, use: string) {
    super("Repository.StorageQuotaExceeded", [limit, use]);
  }
}

/** An append-only repository was asked to destroy or repair itself. BorgBackup raises Python's ValueError here. */
export class AppendOnlyRefusal extends BorgError {
  constructor(path: string) {
    super("ValueError", [`${path} is in append-only mode`]);
  }
}

/** The `nonce` file holds something else than the caller read before, or nothing that is a nonce. */
export class NonceError extends BorgError {
  constructor(problem: string) {
    super("Error", [problem]);
  }
}

/** A change was asked for with no more than a shared lock. BorgBackup raises Python's AssertionError here. */
export class ExclusiveLockNeeded extends BorgError {
  constructor() {
    super("AssertionError", ["writing needs the exclusive lock"]);
  }
}
