import { type CalendarTime, localCalendar, utcCalendar } from "../encoding/calendar.ts";
import { formatField } from "../encoding/format_spec.ts";
import { strftime } from "../encoding/strftime.ts";
import { BorgError } from "../errors.ts";

/** Where the values of placeholders come from. */
export interface PlaceholderContext {
  readonly pid: number;
  readonly hostname: string;
  readonly fqdn: string;
  readonly user: string;
  /** BorgBackup's version that this program stands in for, such as `1.4.5`. */
  readonly version: string;
  /** The current time in microseconds since 1970. */
  readonly now: bigint;
  /** What `{now}` and `{utcnow}` are instead of the current time, from `--timestamp`. */
  readonly timestamp?: bigint | undefined;
  /** A random UUID. */
  uuid(): string;
}

/** The text is no format string at all: braces do not match, for instance. */
export class MalformedPlaceholders extends RangeError {
  override readonly name = "MalformedPlaceholders";

  constructor(text: string) {
    super(`invalid replace_placeholders value: '${text}'`);
  }
}

/** There is no such placeholder, or it has a `!conversion`. */
export class InvalidPlaceholder extends BorgError {
  constructor(name: string, text: string) {
    super("InvalidPlaceholder", [name, text]);
  }
}

/** A value cannot be written in the way that the text wants. */
export class PlaceholderError extends BorgError {
  constructor(text: string, values: string, kind: string, reason: string) {
    super("PlaceholderError", [text, values, kind, reason]);
  }
}

interface Field {
  readonly name: string;
  readonly hasConversion: boolean;
  readonly specification: string;
}

type PlaceholderValue = string | number | CalendarTime;
type Values = Readonly<Record<string, () => PlaceholderValue>>;

const DEFAULT_TIME = "%Y-%m-%dT%H:%M:%S";
/** A placeholder's specification may hold placeholders, but those no further ones. */
const MAX_DEPTH = 2;

/**
 * Replaces `{name}` and `{name:specification}`, as Python's format does; `{{` and `}}` stand for braces. Throws
 * MalformedPlaceholders, InvalidPlaceholder and PlaceholderError.
 */
export function expandPlaceholders(text: string, context: PlaceholderContext): string {
  if (!/[{}]/.test(text)) return text;
  const values = createValues(context);
  for (const part of parts(text)) {
    if (typeof part === "string" || part.name === "") continue;
    if (part.hasConversion || !Object.hasOwn(values, part.name)) throw new InvalidPlaceholder(part.name, text);
  }
  const fail = (kind: string, reason: string) => new PlaceholderError(text, describe(values), kind, reason);
  return expand(text, values, fail, MAX_DEPTH);
}

function createValues({ pid, hostname, fqdn, user, version, now, timestamp = now, uuid }: PlaceholderContext): Values {
  const [major = "", minor = ""] = version.split(".");
  return {
    pid: () => pid,
    fqdn: () => fqdn,
    "reverse-fqdn": () => fqdn.split(".").reverse().join("."),
    hostname: () => hostname,
    now: () => localCalendar(timestamp),
    utcnow: () => utcCalendar(timestamp),
    unixtime: () => Number(now / 1000000n),
    user: () => user,
    uuid4: () => uuid(),
    borgversion: () => version,
    borgmajor: () => major,
    borgminor: () => `${major}.${minor}`,
    borgpatch: () => version,
  };
}

type Fail = (kind: string, reason: string) => PlaceholderError;

function expand(text: string, values: Values, fail: Fail, depth: number): string {
  if (depth === 0) throw fail("ValueError", "Max string recursion exceeded");
  let expanded = "";
  for (const part of parts(text)) {
    expanded += typeof part === "string" ? part : expandField(part, values, fail, depth);
  }
  return expanded;
}

function expandField({ name, specification }: Field, values: Values, fail: Fail, depth: number): string {
  if (name === "") throw fail("ValueError", "Format string contains positional fields");
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw fail("KeyError", `'${name}'`);
  const expanded = /[{}]/.test(specification) ? expand(specification, values, fail, depth - 1) : specification;
  return format(value(), expanded, fail);
}

function format(value: PlaceholderValue, specification: string, fail: Fail): string {
  if (typeof value === "object") return strftime(specification || DEFAULT_TIME, value);
  try {
    return formatField(value, specification);
  } catch (error) {
    if (error instanceof RangeError) throw fail("ValueError", error.message);
    throw error;
  }
}

/** Literal texts and fields in turn. Throws MalformedPlaceholders where it comes to that. */
function* parts(text: string): Generator<string | Field> {
  for (let at = 0; at < text.length;) {
    const character = text[at]!;
    if (character !== "{" && character !== "}") {
      const end = nextBrace(text, at);
      yield text.slice(at, end);
      at = end;
    } else if (text[at + 1] === character) {
      yield character;
      at += 2;
    } else {
      const end = character === "{" ? closingBrace(text, at) : undefined;
      if (end === undefined) throw new MalformedPlaceholders(text);
      yield readField(text, at + 1, end);
      at = end + 1;
    }
  }
}

function nextBrace(text: string, start: number): number {
  const distance = text.slice(start).search(/[{}]/);
  return distance < 0 ? text.length : start + distance;
}

/** Where the brace that was opened at `start` is closed again. */
function closingBrace(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return undefined;
}

function readField(text: string, start: number, end: number): Field {
  const [, name, conversion, specification = ""] = /^([^!:{}]*)(![^:]?)?(?::([^]*))?$/.exec(text.slice(start, end)) ??
    [];
  if (name === undefined || conversion === "!") throw new MalformedPlaceholders(text);
  return { name, hasConversion: conversion !== undefined, specification };
}

/** The values as the message of PlaceholderError lists them. */
function describe(values: Values): string {
  const entries = Object.entries(values).map(([name, value]) => {
    const shown = value();
    const text = typeof shown === "object" ? strftime(DEFAULT_TIME, shown) : shown;
    return `'${name}': ${typeof text === "number" ? text : `'${text}'`}`;
  });
  return `{${entries.join(", ")}}`;
}
