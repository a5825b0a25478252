import { normalPath } from "../encoding/normal_path.ts";
import { absolutePath } from "./paths.ts";

/** Where a repository is, and maybe which archive in it is meant (format reference 10.8). */
export interface Location {
  readonly kind: "local" | "ssh";
  readonly user?: string;
  /** Without the brackets of an IPv6 address. */
  readonly host?: string;
  readonly port?: number;
  /** Normalised; for ssh as it is sent to the server. */
  readonly path: string;
  readonly archive?: string;
  /** The repository as it was named, for messages. */
  readonly spelling?: string;
}

const USER = "(?:(?<user>[^@:/]+)@)?";
const HOST = "(?<host>\\[[0-9a-fA-F:.]+\\]|[^:/\\[\\]]+)";
const PATH_CHARACTERS = "(?:[^:]|:(?!:))+";
const ARCHIVE = "(?:::(?<archive>[^/]+))?$";

const SSH_URL = new RegExp(`^ssh://${USER}${HOST}(?::(?<port>[0-9]+))?(?<path>/${PATH_CHARACTERS})${ARCHIVE}`, "s");
const FILE_URL = new RegExp(`^file://(?<path>(?:[^:/]|:(?!:))*/${PATH_CHARACTERS})${ARCHIVE}`, "s");
const SCP_STYLE = new RegExp(
  `^(?:${USER}${HOST}:)?(?!:|//|ssh://)(?<path>${PATH_CHARACTERS})${ARCHIVE}`,
  "s",
);
const ARCHIVE_ONLY = /^(?:::(?<archive>[^/]+)?)?$/s;

/**
 * The location that `text` names. Placeholders must have been expanded before. A text without a repository (empty, `::` or
 * `::ARCHIVE`) takes it from `defaultRepository`, the value of BORG_REPO. Throws RangeError when it is no location.
 */
export function parseLocation(text: string, defaultRepository?: string): Location {
  const bare = ARCHIVE_ONLY.exec(text);
  if (bare && defaultRepository !== undefined) {
    return withArchive(parseFull(defaultRepository), bare.groups?.["archive"]);
  }
  return parseFull(text);
}

/** The one spelling under which a location is remembered and shown. */
export function canonicalLocation(location: Location): string {
  if (location.kind === "local") return absolutePath(location.path);
  const user = location.user === undefined ? "" : `${location.user}@`;
  const host = location.host?.includes(":") ? `[${location.host}]` : location.host;
  const port = location.port === undefined ? "" : `:${location.port}`;
  return `ssh://${user}${host}${port}${rootedPath(location.path)}`;
}

function parseFull(text: string): Location {
  const url = SSH_URL.exec(text)?.groups;
  if (url) return fromGroups("ssh", url);
  const file = FILE_URL.exec(text)?.groups;
  if (file) return fromGroups("local", file);
  const groups = SCP_STYLE.exec(text)?.groups;
  if (!groups) throw new RangeError(`not a location: ${text}`);
  return fromGroups(groups["host"] === undefined ? "local" : "ssh", groups);
}

function fromGroups(kind: Location["kind"], groups: Record<string, string | undefined>): Location {
  const { user, host, port, archive } = groups;
  return {
    kind,
    path: normalizePath(groups["path"]!),
    ...(user !== undefined && { user }),
    ...(host !== undefined && { host: host.replace(/^\[|\]$/g, "") }),
    ...(port !== undefined && { port: Number(port) }),
    ...(archive !== undefined && { archive }),
  };
}

function withArchive(location: Location, archive: string | undefined): Location {
  const { archive: _, ...repository } = location;
  return archive === undefined ? repository : { ...repository, archive };
}

/** A remote path as part of a URL: `~x` and relative paths get a marker that the server takes off again. */
function rootedPath(path: string): string {
  if (path.startsWith("/")) return path;
  return path.startsWith("~") ? `/${path}` : `/./${path}`;
}

/** The path as simple as can be; a leading `/./` stays, it means "relative". */
function normalizePath(path: string): string {
  return path.startsWith("/./") ? `/.${normalPath(path)}` : normalPath(path);
}
