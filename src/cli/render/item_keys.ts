import type { Item } from "../../archive/item.ts";
import type { Micros } from "../../archive/timestamps.ts";
import { type Digest, DIGESTS } from "../../crypto/content_digest.ts";
import { displayText } from "../../encoding/path.ts";
import { fileTimeJson, fileTimeMicros, FormattableTime } from "./filetime.ts";
import { type FormatValue, Template } from "./format.ts";
import type { Json, JsonObject } from "./json.ts";
import { CONSTANTS, type KeyHelp, knownKeys } from "./keys.ts";
import { modeText, typeLetter } from "./mode.ts";

export const ITEM_KEY_HELP: KeyHelp = {
  type: "letter of the file type, as in the mode",
  mode: "type and permissions, as ls shows them",
  uid: "number of the owner",
  gid: "number of the group",
  user: "name of the owner, or the number",
  group: "name of the group, or the number",
  path: "its path, undecodable bytes as ?",
  bpath: "its path, byte for byte",
  source: "of links, what they point to",
  linktarget: "the same",
  flags: "file flags, as a number",
  size: "size of its content",
  csize: "the same compressed",
  dsize: "size of what only this file of the archive has",
  dcsize: "the same compressed",
  num_chunks: "number of its chunks",
  unique_chunks: "number of the chunks that only this file of the archive has",
  mtime: "time of its last change of content",
  ctime: "time of its last change of any kind",
  atime: "time of its last access",
  isomtime: "mtime in ISO form",
  isoctime: "ctime in ISO form",
  isoatime: "atime in ISO form",
  ...Object.fromEntries(DIGESTS.map((name) => [name, `${name} digest of its content`])),
  archiveid: "id of the archive",
  archivename: "name of the archive",
  extra: 'of links, " -> target" or " link to target"',
  health: '"broken" if parts of its content are lost, else "healthy"',
};

export const ITEM_FORMAT = "{mode} {user:6} {group:6} {size:8} {mtime} {path}{extra}{NL}";
export const SHORT_ITEM_FORMAT = "{path}{NL}";

const UNIQUENESS_KEYS = ["dsize", "dcsize", "unique_chunks"];
/** Keys that JSON always has, has under another name, or cannot have. */
const NOT_ADDED = new Set(["bpath", "extra", "health", ...Object.keys(CONSTANTS)]);
const ALWAYS = [
  ...["type", "mode", "user", "group", "uid", "gid", "path", "healthy", "source", "linktarget", "flags"],
];

/** An item of a listing, with what was found out about it because a key asks for it. */
export interface ListedItem {
  readonly item: Item;
  readonly archiveName: string;
  /** In hex. */
  readonly archiveId: string;
  /** Empty for what has no content. */
  readonly digests?: ReadonlyMap<Digest, string>;
  readonly unique?: { readonly size: number; readonly csize: number; readonly chunks: number };
}

/** Shows items as a format string wants them. */
export class ItemFormatter {
  readonly #template: Template;
  readonly #jsonKeys: ReadonlySet<string>;

  /** Throws FormatError. @param json whether only `json` will be called: unknown keys do not matter then */
  constructor(format: string, json = false) {
    const known = knownKeys(ITEM_KEY_HELP);
    this.#template = new Template(format, json ? undefined : known);
    const mentioned = [...this.#template.keys].filter((key) => known.has(key) && !NOT_ADDED.has(key));
    this.#jsonKeys = new Set([...ALWAYS, ...mentioned]);
  }

  /** The digests that have to be computed. */
  get digests(): readonly Digest[] {
    return DIGESTS.filter((name) => this.#template.keys.has(name));
  }

  /** Whether chunks have to be counted over the whole archive. */
  get needsUniqueness(): boolean {
    return UNIQUENESS_KEYS.some((key) => this.#template.keys.has(key));
  }

  format(listed: ListedItem): string {
    return this.#template.format((key) => CONSTANTS[key] ?? textValue(key, listed));
  }

  /** The item as JSON Lines have it: some keys always, and those that the format string mentions. */
  json(listed: ListedItem): JsonObject {
    const fields: Record<string, Json> = {};
    for (const key of this.#jsonKeys) fields[key] = jsonValue(key, listed);
    return fields;
  }
}

function textValue(key: string, listed: ListedItem): FormatValue {
  const time = timeOf(key, listed.item);
  return time === undefined ? plainValue(key, listed) : new FormattableTime(time);
}

function jsonValue(key: string, listed: ListedItem): Json {
  if (key === "healthy") return listed.item.chunksHealthy === undefined;
  const time = timeOf(key, listed.item);
  return time === undefined ? plainValue(key, listed) : fileTimeJson(time);
}

/** Times that an archive does not have are shown as the time of the last change of content. */
function timeOf(key: string, { mtime, ctime = mtime, atime = mtime }: Item): Micros | undefined {
  switch (key) {
    case "mtime":
      return fileTimeMicros(mtime);
    case "ctime":
      return fileTimeMicros(ctime);
    case "atime":
      return fileTimeMicros(atime);
    default:
      return undefined;
  }
}

function plainValue(key: string, listed: ListedItem): string | number {
  const { item } = listed;
  if (key.startsWith("iso")) return fileTimeJson(timeOf(key.slice(3), item)!);
  switch (key) {
    case "type":
      return typeLetter(item.mode);
    case "mode":
      return isHardLink(item) ? `h${modeText(item.mode).slice(1)}` : modeText(item.mode);
    case "uid":
    case "gid":
      return item[key];
    case "user":
      return displayText(item.user ?? "") || item.uid;
    case "group":
      return displayText(item.group ?? "") || item.gid;
    case "path":
      return displayText(item.path);
    case "bpath":
      return item.path;
    case "source":
    case "linktarget":
      return displayText(item.source ?? "");
    case "extra":
      return extra(item);
    case "flags":
      return item.bsdflags ?? 0;
    case "health":
      return item.chunksHealthy === undefined ? "healthy" : "broken";
    default:
      return measuredValue(key, listed);
  }
}

function measuredValue(key: string, { item, archiveName, archiveId, digests, unique }: ListedItem): string | number {
  const { chunks = [] } = item;
  switch (key) {
    case "archivename":
      return displayText(archiveName);
    case "archiveid":
      return archiveId;
    case "size":
      return isSymlink(item) ? linkLength(item) : item.size ?? chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    case "csize":
      return isSymlink(item) ? linkLength(item) : chunks.reduce((sum, chunk) => sum + chunk.csize, 0);
    case "num_chunks":
      return chunks.length;
    case "dsize":
      return unique?.size ?? 0;
    case "dcsize":
      return unique?.csize ?? 0;
    case "unique_chunks":
      return unique?.chunks ?? 0;
    default:
      return digests?.get(key as Digest) ?? "";
  }
}

function isSymlink({ mode }: Item): boolean {
  return typeLetter(mode) === "l";
}

function isHardLink(item: Item): boolean {
  return item.source !== undefined && !isSymlink(item);
}

function linkLength({ source = "" }: Item): number {
  return [...source].length;
}

function extra(item: Item): string {
  if (item.source === undefined) return "";
  return (isSymlink(item) ? " -> " : " link to ") + displayText(item.source);
}
