import { CACHE_SETTINGS, REPOSITORY_SETTINGS } from "../../operations/config/settings.ts";
import { DIFFERENCE_FIELDS } from "../difference_order.ts";
import { TOPICS } from "../help_topics.ts";
import type { OptionOutline, Outline, PositionalOutline } from "../outline.ts";

/** What a value is: one of some words, several of them with commas between, a file, a program, or anything. */
export type Expectation =
  | { readonly kind: "words" | "list"; readonly words: readonly string[] }
  | { readonly kind: "files" | "programs" | "anything" };

const FILES: Expectation = { kind: "files" };
const ANYTHING: Expectation = { kind: "anything" };

const COMPRESSIONS = ["none", "lz4", "zlib", "zlib,9", "lzma", "lzma,0"];
const ZSTD_LEVELS = [1, 3, 6, 10, 15, 19, 22];
const AFTER_OTHERS = ["auto,lz4", "auto,zstd", "auto,zstd,10", "auto,zlib", "auto,lzma", "obfuscate,110,zstd,3"];

/** By metavariables: what the parser takes as a text with a form of its own. */
const BY_METAVAR: ReadonlyMap<string, Expectation> = new Map([
  ["COMPRESSION", words([...COMPRESSIONS, "zstd", ...ZSTD_LEVELS.map((level) => `zstd,${level}`), ...AFTER_OTHERS])],
  ["PARAMS", words(["default", "buzhash,19,23,21,4095", "buzhash,10,23,16,4095", "fixed,4194304"])],
  ["KEYS", list(["timestamp", "archive", "name", "id"])],
  ["FIELD[,FIELD...]", list(DIFFERENCE_FIELDS)],
  ["TOPIC", words(["files_cache"])],
  ["RSH", words(["ssh", "builtin:ssh"])],
  ["TAR_FILTER", words(["auto", "gzip", "bzip2", "xz", "zstd", "lz4"])],
  ["OPTIONS", list(["versions", "allow_damaged_files", "ignore_permissions", "uid=", "gid=", "umask=", "allow_other"])],
  ...["FILE", "EXCLUDEFILE", "PATTERNFILE", "PATH", "TIMESTAMP"].map((name) => [name, FILES] as const),
]);

const FILES_CACHE_MODES = [
  "ctime,size,inode",
  "mtime,size,inode",
  "ctime,size",
  "mtime,size",
  "size",
  "rechunk,ctime",
  "rechunk,mtime",
  "disabled",
];

/** What an option's value can be. */
export function expectedOfOption({ choices, metavar, dest }: OptionOutline): Expectation {
  if (choices.length > 0) return words(choices);
  if (dest === "filesCache") return words(FILES_CACHE_MODES);
  return BY_METAVAR.get(metavar) ?? ANYTHING;
}

/** What an argument can be; `root` knows all commands. */
export function expectedOfPositional({ choices, dest }: PositionalOutline, root: Outline): Expectation {
  if (choices.length > 0) return words(choices);
  if (dest === "topic") return words([...root.commands.map(({ words }) => words.at(-1)!), ...TOPICS.keys()]);
  if (dest === "name") return words([...REPOSITORY_SETTINGS.checks.keys(), ...CACHE_SETTINGS.checks.keys()]);
  return dest === "command" ? { kind: "programs" } : FILES;
}

function words(words: readonly string[]): Expectation {
  return { kind: "words", words };
}

function list(words: readonly string[]): Expectation {
  return { kind: "list", words };
}
