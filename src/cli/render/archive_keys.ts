import type { ArchiveMetadata } from "../../archive/archive.ts";
import { type Micros, parseTimestamp } from "../../archive/timestamps.ts";
import type { TamState } from "../../crypto/tam.ts";
import { displayText } from "../../encoding/path.ts";
import { archiveTimeJson, FormattableTime } from "./filetime.ts";
import { type FormatValue, Template } from "./format.ts";
import type { Json, JsonObject } from "./json.ts";
import { CONSTANTS, type KeyHelp, knownKeys } from "./keys.ts";
import { shellJoin } from "./shell_quote.ts";

export const ARCHIVE_KEY_HELP: KeyHelp = {
  archive: "its name, undecodable bytes as ?",
  name: "the same",
  barchive: "its name, byte for byte",
  comment: "its comment, undecodable bytes as ?",
  bcomment: "its comment, byte for byte",
  id: "its id",
  tam: "whether it is authenticated: verified or none",
  start: "when its making began",
  time: "the same",
  end: "when its making ended",
  command_line: "the command that made it",
  hostname: "the machine it was made on",
  username: "the user who made it",
};

export const ARCHIVE_FORMAT = "{archive:<36} {time} [{id}]{NL}";
export const SHORT_ARCHIVE_FORMAT = "{archive}{NL}";

/** Keys that JSON always has. */
const ALWAYS = ["archive", "barchive", "id", "name", "start", "time"];
/** Keys for which the archive itself has to be loaded; the others stand in the manifest. */
const METADATA_KEYS = ["comment", "bcomment", "tam", "end", "command_line", "hostname", "username"];

/** An archive of a listing. */
export interface ListedArchive {
  readonly name: string;
  /** In hex. */
  readonly id: string;
  readonly start: Micros;
  /** Only there when `needsMetadata` says so. */
  readonly loaded?: { readonly metadata: ArchiveMetadata; readonly tam: TamState };
}

/** Shows archives as a format string wants them. */
export class ArchiveFormatter {
  readonly #template: Template;

  readonly #jsonKeys: ReadonlySet<string>;

  /** Throws FormatError. @param json whether only `json` will be called: unknown keys do not matter then */
  constructor(format: string, json = false) {
    const known = knownKeys(ARCHIVE_KEY_HELP);
    this.#template = new Template(format, json ? undefined : known);
    const mentioned = [...this.#template.keys].filter((key) => known.has(key) && !(key in CONSTANTS));
    this.#jsonKeys = new Set([...ALWAYS, ...mentioned]);
  }

  /** Whether archives have to be loaded for what is asked. */
  get needsMetadata(): boolean {
    return METADATA_KEYS.some((key) => this.#template.keys.has(key));
  }

  format(archive: ListedArchive): string {
    return this.#template.format((key) => CONSTANTS[key] ?? textValue(key, archive));
  }

  /** The archive as JSON lists it: some keys always, and those that the format string mentions. */
  json(archive: ListedArchive): JsonObject {
    return Object.fromEntries(Array.from(this.#jsonKeys, (key) => [key, jsonValue(key, archive)]));
  }
}

function textValue(key: string, archive: ListedArchive): FormatValue {
  const time = timeOf(key, archive);
  if (time !== undefined) return new FormattableTime(time);
  if (key === "command_line") return displayText(shellJoin(metadataOf(archive).cmdline));
  return stringValue(key, archive);
}

function jsonValue(key: string, archive: ListedArchive): Json {
  const time = timeOf(key, archive);
  if (time !== undefined) return archiveTimeJson(time);
  return key === "command_line" ? metadataOf(archive).cmdline : stringValue(key, archive);
}

function timeOf(key: string, archive: ListedArchive): Micros | undefined {
  if (key === "start" || key === "time") return archive.start;
  if (key !== "end") return undefined;
  const { time, timeEnd } = metadataOf(archive);
  return parseTimestamp(timeEnd ?? time);
}

function stringValue(key: string, archive: ListedArchive): string {
  switch (key) {
    case "archive":
    case "name":
      return displayText(archive.name);
    case "barchive":
      return archive.name;
    case "id":
      return archive.id;
    case "tam":
      return loadedOf(archive).tam;
    case "bcomment":
      return metadataOf(archive).comment ?? "";
    case "comment":
    case "hostname":
    case "username":
      return displayText(metadataOf(archive)[key] ?? "");
    default:
      throw new TypeError(`no such key: ${key}`);
  }
}

function metadataOf(archive: ListedArchive): ArchiveMetadata {
  return loadedOf(archive).metadata;
}

function loadedOf({ name, loaded }: ListedArchive): NonNullable<ListedArchive["loaded"]> {
  if (loaded === undefined) throw new TypeError(`archive ${name} was not loaded for its listing`);
  return loaded;
}
