import { type Encodable, type Value } from "../../encoding/msgpack.ts";
import { decodeText } from "../../encoding/path.ts";

/** What can stand among the arguments of an exception. */
export type FailureArgument = string | number | bigint | null;

/** Why a call failed (format reference 10.1). */
export interface Failure {
  /** The bare name of BorgBackup's class: `ObjectNotFound`. */
  readonly exceptionClass: string;
  readonly args: readonly FailureArgument[];
  /** Lines for those who look for a bug, each with its line break. */
  readonly full: readonly string[];
  /** Lines for everybody. */
  readonly short: readonly string[];
  /** Whether the full lines are to be shown. */
  readonly trace: boolean;
  /** What the other side runs on; may be empty. */
  readonly sysinfo: string;
}

/** The entries of a response about a failure, after its number. */
export function failureFields(failure: Failure): [string, Encodable][] {
  return [
    ["exception_class", failure.exceptionClass],
    ["exception_args", failure.args],
    ["exception_full", failure.full],
    ["exception_short", failure.short],
    ["exception_trace", failure.trace],
    ["sysinfo", failure.sysinfo],
  ];
}

/** The failure that a response tells of; what is missing or of a wrong type is empty. */
export function readFailure(fields: ReadonlyMap<string | number, Value>): Failure {
  return {
    exceptionClass: text(fields.get("exception_class")),
    args: list(fields.get("exception_args")).map(argument),
    full: list(fields.get("exception_full")).map(text),
    short: list(fields.get("exception_short")).map(text),
    trace: fields.get("exception_trace") === true,
    sysinfo: text(fields.get("sysinfo")),
  };
}

function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Value | undefined): string {
  return value instanceof Uint8Array ? decodeText(value) : "";
}

function argument(value: Value): FailureArgument {
  if (value instanceof Uint8Array) return decodeText(value);
  return typeof value === "number" || typeof value === "bigint" ? value : null;
}
