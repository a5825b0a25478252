import process from "node:process";
import { makeDirectory } from "./entries.ts";
import { createFile } from "./create_file.ts";
import type { Environment } from "./environment.ts";
import { close, writeAll } from "./file.ts";
import { S_IFDIR, S_IFMT } from "./file_type.ts";
import { homeOfUser } from "./owners.ts";
import { encodeText } from "./path_bytes.ts";
import { stat } from "./stat.ts";
import { SystemError } from "./system_error.ts";

const CACHE_TAG = `Signature: 8a477f597d28d172789f06886806bc55
# Cache directory tag: backup programs may leave this directory out.
# See https://bford.info/cachedir/
`;

/** Where the others are, unless something else is said (format reference 9.1). */
export function baseDirectory(environment: Environment): string {
  const { BORG_BASE_DIR, HOME, USER } = environment;
  if (BORG_BASE_DIR) return BORG_BASE_DIR;
  const uid = process.getuid!();
  if (HOME && (uid === 0 || HOME !== homeOfUser("root"))) return HOME;
  return (USER && homeOfUser(USER)) || homeOfUser(uid) || "/";
}

/** The directory of caches, made if it is not there; marked, so that backups may leave it out. */
export function cacheDirectory(environment: Environment): string {
  const path = environment.BORG_CACHE_DIR || inBase(environment, environment.XDG_CACHE_HOME, ".cache");
  ensureDirectory(path);
  writeCacheTag(within(path, "CACHEDIR.TAG"));
  return path;
}

/** The directory of settings, made if it is not there. */
export function configDirectory(environment: Environment): string {
  return ensureDirectory(environment.BORG_CONFIG_DIR || inBase(environment, environment.XDG_CONFIG_HOME, ".config"));
}

/** What is remembered of repositories for safety, or of the one with this id in hex; made if it is not there. */
export function securityDirectory(environment: Environment, repositoryId?: string): string {
  const path = environment.BORG_SECURITY_DIR || within(configDirectory(environment), "security");
  return ensureDirectory(repositoryId === undefined ? path : within(path, repositoryId));
}

/** The directory of key files, made if it is not there. */
export function keysDirectory(environment: Environment): string {
  return ensureDirectory(environment.BORG_KEYS_DIR || within(configDirectory(environment), "keys"));
}

/** Where Attic, and BorgBackup before 1.0, kept what is now elsewhere. Nothing is made. */
export interface OldDirectories {
  readonly atticKeys: string;
  readonly atticCache: string;
  readonly borgKeys: string;
}

export function oldDirectories(environment: Environment): OldDirectories {
  const base = baseDirectory(environment);
  return {
    atticKeys: environment.ATTIC_KEYS_DIR || within(base, ".attic/keys"),
    atticCache: environment.ATTIC_CACHE_DIR || within(base, ".cache/attic"),
    borgKeys: environment.BORG_KEYS_DIR || within(base, ".borg/keys"),
  };
}

/** Makes the directory and those above it, for the user alone, where they are missing. Returns the path. */
export function ensureDirectory(path: string): string {
  if (isDirectory(path)) return path;
  const parent = path.replace(/\/*[^/]+\/*$/, "");
  if (parent !== "" && parent !== path) ensureDirectory(parent);
  try {
    makeDirectory(path, 0o700);
  } catch (error) {
    if (!(hasCode(error, "EEXIST") && isDirectory(path))) throw error; // another process was faster
  }
  return path;
}

/** XDG's directories count only where the base directory is not given. */
function inBase(environment: Environment, xdg: string | undefined, name: string): string {
  const parent = (!environment.BORG_BASE_DIR && xdg) || within(baseDirectory(environment), name);
  return within(parent, "borg");
}

/** A path in a directory, spelled as BorgBackup shows it: slashes at the end of the directory stay. */
export function within(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

function isDirectory(path: string): boolean {
  try {
    return (stat(path).mode & S_IFMT) === S_IFDIR;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function writeCacheTag(path: string): void {
  try {
    const descriptor = createFile(path, 0o600, { exclusive: true });
    try {
      writeAll(descriptor, encodeText(CACHE_TAG));
    } finally {
      close(descriptor);
    }
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof SystemError && error.code === code;
}
