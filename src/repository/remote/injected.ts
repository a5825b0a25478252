import { BorgError, IntegrityError } from "../../errors.ts";
import { AlreadyExists, CheckNeeded, DoesNotExist, ObjectNotFound } from "../errors.ts";
import { InvalidRPCMethod, PathNotAllowed } from "./server_errors.ts";

const TEXT = "test string";

const ERRORS: ReadonlyMap<string, () => BorgError> = new Map<string, () => BorgError>([
  ["DoesNotExist", () => new DoesNotExist(TEXT)],
  ["AlreadyExists", () => new AlreadyExists(TEXT)],
  ["CheckNeeded", () => new CheckNeeded(TEXT)],
  ["IntegrityError", () => new IntegrityError(TEXT)],
  ["PathNotAllowed", () => new PathNotAllowed("foo")],
  ["ObjectNotFound", () => new ObjectNotFound(TEXT, "test string2")],
  ["InvalidRPCMethod", () => new InvalidRPCMethod(TEXT)],
  ["divide", () => new BorgError("ZeroDivisionError", ["integer division or modulo by zero"])],
]);

/** Throws the error that tests of clients ask for by `inject_exception` (format reference 10.3); others do nothing. */
export function throwInjected(kind: string): void {
  const make = ERRORS.get(kind);
  if (make) throw make();
}
