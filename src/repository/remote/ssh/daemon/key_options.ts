import { isAddressPattern } from "./address_patterns.ts";
import { isServeCommand } from "./serve_words.ts";

/** What one key may do. */
export interface KeyOptions {
  /** Runs instead of what the client asks for. */
  readonly command: string | undefined;
  /** Addresses from which the key is good; undefined = all. */
  readonly from: readonly string[] | undefined;
  /** Milliseconds since 1970 from which on the key is not good any more. */
  readonly expires: number | undefined;
}

/** They forbid what no key can do here. */
const GRANTED_ANYWAY = new Set([
  "restrict",
  "no-agent-forwarding",
  "no-port-forwarding",
  "no-pty",
  "no-user-rc",
  "no-x11-forwarding",
]);

/** Variables that are set or used, patterns, homes, and what binds commands together. */
const SHELL_WORDS = /^\s*\w+=|[$`;|&<>*?\n]|(?:^|[\s=])~/;
const OPTION = /([A-Za-z0-9-]+)(?:="((?:[^"\\]|\\.)*)")?/y;
const TIME = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/;

/** Reads the options before a key. Throws SyntaxError with what is wrong with them. */
export function parseKeyOptions(text: string): KeyOptions {
  let options: KeyOptions = { command: undefined, from: undefined, expires: undefined };
  for (const [name, value] of splitOptions(text)) options = { ...options, ...readOption(name, value) };
  return options;
}

/** The text up to the first blank that is not in quotes, and what follows. */
export function splitKeyOptions(line: string): [options: string, rest: string] {
  const end = /^(?:"(?:[^"\\]|\\.)*"|[^" \t])*/.exec(line)![0].length;
  return [line.slice(0, end), line.slice(end).trimStart()];
}

function splitOptions(text: string): [string, string | undefined][] {
  const options: [string, string | undefined][] = [];
  for (let at = 0; at < text.length; at++) {
    OPTION.lastIndex = at;
    const [whole, name, value] = OPTION.exec(text) ?? [];
    if (whole === undefined) throw new SyntaxError(`cannot read the options at "${text.slice(at)}"`);
    options.push([name!.toLowerCase(), value?.replaceAll('\\"', '"')]);
    at += whole.length;
    if (at < text.length && text[at] !== ",") throw new SyntaxError(`cannot read the options at "${text.slice(at)}"`);
  }
  return options;
}

function readOption(name: string, value: string | undefined): Partial<KeyOptions> {
  if (GRANTED_ANYWAY.has(name) && value === undefined) return {};
  if (name === "command" && value !== undefined) return { command: serveCommand(value) };
  if (name === "from" && value !== undefined) return { from: addresses(value) };
  if (name === "expiry-time" && value !== undefined) return { expires: timeOf(value) };
  throw new SyntaxError(`option "${name}" is not supported`);
}

/** No shell runs the command: what would be one's business is refused. */
function serveCommand(command: string): string {
  if (SHELL_WORDS.test(command)) throw new SyntaxError(`command "${command}" needs a shell, but there is none here`);
  if (!isServeCommand(command)) throw new SyntaxError(`command "${command}" is not "borg serve"`);
  return command;
}

function addresses(value: string): string[] {
  const patterns = value.split(",");
  const strange = patterns.find((pattern) => !isAddressPattern(pattern));
  if (strange !== undefined) throw new SyntaxError(`from="${strange}" is not an address; names are not looked up`);
  return patterns;
}

/** `YYYYMMDD[HHMM[SS]]`, local time or, with a `Z` behind it, UTC. */
function timeOf(value: string): number {
  const [, ...parts] = TIME.exec(value) ?? [];
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map((part) => Number(part ?? 0));
  const fields = [year!, month! - 1, day!, hour, minute, second] as const;
  const time = parts[6] === "Z" ? Date.UTC(...fields) : new Date(...fields).getTime();
  if (parts.length === 0 || month! < 1 || month! > 12 || day! < 1 || day! > 31 || hour > 23 || minute > 59) {
    throw new SyntaxError(`expiry-time="${value}" is not a time`);
  }
  return time;
}
