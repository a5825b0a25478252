import { BorgError, IntegrityError } from "../../errors.ts";
import {
  AlreadyExists,
  AtticRepository,
  CheckNeeded,
  DoesNotExist,
  InsufficientFreeSpaceError,
  InvalidRepository,
  InvalidRepositoryConfig,
  ObjectNotFound,
  ParentPathDoesNotExist,
  PathAlreadyExists,
  PathPermissionDenied,
  StorageQuotaExceeded,
} from "../errors.ts";
import { LockFailed, LockTimeout } from "../lock.ts";
import { ServerError } from "./errors.ts";
import type { Failure } from "./failure.ts";
import { InvalidRPCMethod, PathNotAllowed } from "./server_errors.ts";

/** Makes an error of the arguments of an exception and of the repository's name on this side. */
type Maker = (args: readonly string[], location: string) => BorgError;

/** The errors of format reference 10.4, by the names of BorgBackup's classes. */
const MAKERS: Readonly<Record<string, Maker>> = {
  Error: plain("Error"),
  ErrorWithTraceback: plain("ErrorWithTraceback"),
  IntegrityError: first(IntegrityError),
  AtticRepository: first(AtticRepository),
  PathNotAllowed: first(PathNotAllowed),
  PathPermissionDenied: first(PathPermissionDenied),
  PathAlreadyExists: first(PathAlreadyExists),
  ParentPathDoesNotExist: first(ParentPathDoesNotExist),
  InvalidRPCMethod: first(InvalidRPCMethod),
  LockTimeout: first(LockTimeout),
  NotLocked: plain("NotLocked"),
  NotMyLock: plain("NotMyLock"),
  InvalidRepository: named(InvalidRepository),
  DoesNotExist: named(DoesNotExist),
  AlreadyExists: named(AlreadyExists),
  CheckNeeded: named(CheckNeeded),
  ObjectNotFound: ([id = ""], location) => new ObjectNotFound(id, location),
  LockFailed: both(LockFailed),
  InsufficientFreeSpaceError: both(InsufficientFreeSpaceError),
  StorageQuotaExceeded: both(StorageQuotaExceeded),
  InvalidRepositoryConfig: ([, reason = ""], location) => new InvalidRepositoryConfig(location, reason),
};

/** The error for what a server says has happened. */
export function errorOf(failure: Failure, location: string): BorgError {
  const { exceptionClass } = failure;
  if (!Object.hasOwn(MAKERS, exceptionClass)) return new ServerError(failure);
  return MAKERS[exceptionClass]!(failure.args.map((argument) => String(argument ?? "")), location);
}

function plain(code: string): Maker {
  return ([argument = ""]) => new BorgError(code, [argument]);
}

function first(type: new (argument: string) => BorgError): Maker {
  return ([argument = ""]) => new type(argument);
}

function both(type: new (one: string, two: string) => BorgError): Maker {
  return ([one = "", two = ""]) => new type(one, two);
}

function named(type: new (location: string) => BorgError): Maker {
  return (_, location) => new type(location);
}
