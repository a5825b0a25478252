import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import process from "node:process";
import { type FollowedDirective, type GatheredDirective, TREATMENTS } from "./directives.ts";
import { matchesList, matchesPattern } from "./pattern.ts";
import { parseSettings, type Setting } from "./settings_file.ts";
import { Unsupported } from "./unsupported.ts";

const DEEPEST_INCLUDE = 16;
const WRITABLE_BY_OTHERS = 0o022;

/** For which connection the configuration is read, and where it is. */
export interface SettingsQuery {
  /** As it was given on the command line. */
  readonly host: string;
  readonly user: string | undefined;
  readonly localUser: string;
  readonly home: string;
  readonly systemFile: string;
}

/** The user's configuration file is one that others could have written. `path` is its name. */
export class BadPermissions extends Error {
  override readonly name = "BadPermissions";
  constructor(readonly path: string) {
    super(`bad owner or permissions on ${path}`);
  }
}

/** What OpenSSH's configuration files say about a host. */
export class ClientSettings {
  readonly #values = new Map<string, string[][]>();

  /** Reads the user's file and the system's. Throws Unsupported, or BadPermissions. */
  static read(query: SettingsQuery): ClientSettings {
    const settings = new ClientSettings();
    const reader = new Reader(query, settings);
    reader.file(join(query.home, ".ssh", "config"), true, 0);
    reader.file(query.systemFile, false, 0);
    settings.#requireSupported();
    return settings;
  }

  /** Notes a directive; what came before it goes first. */
  add(name: string, words: readonly string[]): void {
    const before = this.#values.get(name);
    if (before) before.push([...words]);
    else this.#values.set(name, [[...words]]);
  }

  /** The words of the directive that counts. */
  words(name: FollowedDirective | "IgnoreUnknown"): readonly string[] | undefined {
    return this.#values.get(name.toLowerCase())?.[0];
  }

  /** The first word of the directive that counts. */
  word(name: FollowedDirective): string | undefined {
    return this.words(name)?.[0];
  }

  /** All words of all such directives. */
  all(name: GatheredDirective): readonly string[] {
    return this.#values.get(name.toLowerCase())?.flat() ?? [];
  }

  #requireSupported(): void {
    const unknown = this.words("IgnoreUnknown")?.flatMap((word) => word.toLowerCase().split(",")) ?? [];
    for (const [name, [words = []]] of this.#values) {
      const treatment = TREATMENTS.get(name);
      if (treatment === undefined && name !== "ignoreunknown" && !matchesList(name, unknown)) {
        throw new Unsupported(name);
      }
      if (treatment?.kind === "harmless" && !treatment.values.includes(valueOf(words))) {
        throw new Unsupported(`${name} ${words.join(" ")}`);
      }
    }
  }
}

function valueOf(words: readonly string[]): string {
  return words.join(" ").toLowerCase().replace(/^false$/, "no");
}

class Reader {
  constructor(readonly query: SettingsQuery, readonly settings: ClientSettings) {}

  file(path: string, isUsers: boolean, depth: number): void {
    if (depth > DEEPEST_INCLUDE) throw new Unsupported(`more than ${DEEPEST_INCLUDE} files that include each other`);
    const text = readIfThere(path);
    if (text === undefined) return;
    if (isUsers) requireOwn(path);
    this.#take(parseSettings(text, path), isUsers, depth);
  }

  #take(settings: readonly Setting[], isUsers: boolean, depth: number): void {
    for (const { name, words, block } of settings) {
      if (block) { if (this.#applies(name, words)) this.#take(block, isUsers, depth); }
      else if (name === "include") this.#include(words, isUsers, depth);
      else this.settings.add(name, words);
    }
  }

  #include(words: readonly string[], isUsers: boolean, depth: number): void {
    const { home, systemFile } = this.query;
    const folder = isUsers ? join(home, ".ssh") : dirname(systemFile);
    for (const word of words) {
      if (/[%$[\]{}]/.test(word)) throw new Unsupported(`include ${word}`);
      const path = word.replace(/^~(?=\/|$)/, home);
      if (path.startsWith("~")) throw new Unsupported(`include ${word}`);
      for (const file of expandPath(isAbsolute(path) ? path : join(folder, path))) this.file(file, isUsers, depth + 1);
    }
  }

  #applies(kind: string, words: readonly string[]): boolean {
    return kind === "host" ? matchesList(this.query.host, words) : this.#matches(words);
  }

  /** `Match`: the criteria are looked at in turn, up to the first that fails. */
  #matches(words: readonly string[]): boolean {
    const rest = [...words];
    while (rest.length > 0) {
      const word = rest.shift()!;
      const negated = word.startsWith("!");
      const criterion = word.replace(/^!/, "").toLowerCase();
      if (criterion === "all" && !negated) continue;
      const patterns = rest.shift()?.split(",") ?? [];
      if (matchesList(this.#subject(criterion), patterns) === negated) return false;
    }
    return words.length > 0;
  }

  #subject(criterion: string): string {
    const { host, user, localUser } = this.query;
    switch (criterion) {
      case "host":
        return (this.settings.word("HostName") ?? host).replaceAll("%h", host);
      case "originalhost":
        return host;
      case "user":
        return user ?? this.settings.word("User") ?? localUser;
      case "localuser":
        return localUser;
      default:
        throw new Unsupported(`match ${criterion}`);
    }
  }
}

/** The paths that a pattern stands for, sorted. Whether there is something at what follows the last sign is not looked at. */
export function expandPath(pattern: string): string[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  return parts.reduce<string[]>((folders, part) => {
    if (!/[*?]/.test(part)) return folders.map((folder) => `${folder}/${part}`);
    return folders.flatMap((folder) => namesIn(folder || "/", part).map((name) => `${folder}/${name}`));
  }, [""]);
}

function namesIn(folder: string, pattern: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => matchesPattern(name, pattern));
    return names.filter((name) => !name.startsWith(".") || pattern.startsWith(".")).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function requireOwn(path: string): void {
  const { uid, mode } = statSync(path);
  const trusted = uid === 0 || uid === process.getuid!();
  if (!trusted || (mode & WRITABLE_BY_OTHERS) !== 0) throw new BadPermissions(path);
}
