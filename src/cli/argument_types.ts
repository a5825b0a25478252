import { ArgumentTypeError } from "argparse";
import { type FilesCacheMode, parseFilesCacheMode } from "../cache/files_cache_mode.ts";
import { archiveNameProblem } from "../archive/names.ts";
import type { Micros } from "../archive/timestamps.ts";
import type { ChunkerParams } from "../chunking/chunker.ts";
import { parseChunkerParams } from "../chunking/params.ts";
import type { Compression } from "../compression/compression.ts";
import { parseCompression } from "../compression/parse.ts";
import { parseSize } from "../encoding/size.ts";
import { type Location, parseLocation } from "../repository/location.ts";
import type { ArchiveSortKey } from "../selection/archive_filter.ts";
import {
  loadExcludeFile,
  loadPatternFile,
  parseExclude,
  parsePatternFileLine,
  type PatternFile,
} from "../selection/pattern_file.ts";
import { PatternError } from "../selection/pattern_error.ts";
import { parseInterval } from "./interval.ts";
import { parseTimestampArgument } from "./timestamp_argument.ts";

/** What a location argument must name; `local` is a repository on this machine. */
export type LocationKind = "repository" | "local" | "archive" | "either";

/** A place named on the command line. */
export interface LocationArgument extends Location {
  /** What was typed. */
  readonly given: string;
  /** The same with placeholders expanded. */
  readonly text: string;
  readonly spelling: string;
}
export type ArchiveLocation = LocationArgument & { readonly archive: string };

/** What the types of arguments need from outside. */
export interface ArgumentWorld {
  /** The value of BORG_REPO. */
  readonly defaultRepository: string | undefined;
  /** Expands placeholders. */
  expand(text: string): string;
  /** The text of a file; `-` is standard input. */
  readFile(path: string): string;
  /** Time of the last change of the file at `path`; undefined when there is none. */
  modificationTime(path: string): Micros | undefined;
}

/** 10 MB: with a smaller quota nothing can be stored. */
const SMALLEST_QUOTA = 10_000_000;

/** The types of arguments: each turns a text into a value or says what is wrong with it. */
export interface ArgumentTypes {
  integer(text: string): number;
  positive(text: string): number;
  octal(text: string): number;
  /** A text in which placeholders are expanded. */
  text(text: string): string;
  path(text: string): string;
  archiveName(text: string): string;
  location(kind: LocationKind): (text: string) => LocationArgument;
  sortKeys(text: string): ArchiveSortKey[];
  /** What each option for patterns adds to the list of them. */
  exclude(text: string): PatternFile;
  excludeFrom(path: string): PatternFile;
  pattern(text: string): PatternFile;
  patternsFrom(path: string): PatternFile;
  compression(text: string): Compression;
  chunkerParams(text: string): ChunkerParams;
  filesCacheMode(text: string): FilesCacheMode;
  timestamp(text: string): Micros;
  interval(text: string): Micros;
  quota(text: string): number;
}

export function createArgumentTypes(world: ArgumentWorld): ArgumentTypes {
  return {
    integer,
    positive,
    octal,
    text: (text) => refusing(() => world.expand(text)),
    path,
    archiveName: (text) => archiveName(refusing(() => world.expand(text))),
    location: (kind) => (text) => location(kind, text, world),
    sortKeys,
    exclude: (text) => refusing(() => ({ roots: [], rules: [parseExclude(text)] })),
    excludeFrom: (path) => ({ roots: [], rules: loadExcludeFile(world.readFile(path)) }),
    pattern,
    patternsFrom: (path) => loadPatternFile(world.readFile(path)),
    compression: (text) => refusing(() => parseCompression(text)),
    chunkerParams: (text) => refusing(() => parseChunkerParams(text)),
    filesCacheMode: (text) => refusing(() => parseFilesCacheMode(text)),
    interval: (text) => refusing(() => parseInterval(text)),
    timestamp: (text) => world.modificationTime(text) ?? refusing(() => parseTimestampArgument(text)),
    quota,
  };
}

/** What `parse` gives; its RangeErrors and PatternErrors say what is wrong with the argument. */
function refusing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) refuse(error.message);
    if (error instanceof PatternError) refuse(String(error.data[0]));
    throw error;
  }
}

function refuse(reason: string): never {
  throw new ArgumentTypeError(reason);
}

function integer(text: string): number {
  const digits = /^\s*([+-]?\d+(?:_\d+)*)\s*$/.exec(text)?.[1]?.replaceAll("_", "");
  const value = Number(digits);
  return digits !== undefined && Number.isSafeInteger(value) ? value : refuse(`invalid int value: '${text}'`);
}

function positive(text: string): number {
  const value = integer(text);
  return value > 0 ? value : refuse(`A positive integer is required: ${text}`);
}

function octal(text: string): number {
  return /^(0o)?[0-7]+$/.test(text) ? parseInt(text.replace("0o", ""), 8) : refuse(`invalid octal value: '${text}'`);
}

function path(text: string): string {
  return text === "" ? refuse("Empty strings are not accepted as paths.") : text;
}

function archiveName(text: string): string {
  return archiveNameProblem(text) === undefined ? text : refuse(`Invalid archive name: "${text}"`);
}

function location(kind: LocationKind, given: string, world: ArgumentWorld): LocationArgument {
  const text = refusing(() => world.expand(given));
  const found = readLocation(text, world);
  if (kind === "archive" && found.archive === undefined) refuse(`"${text}": No archive specified`);
  const wantsRepository = kind === "repository" || kind === "local";
  if (wantsRepository && found.archive !== undefined) refuse(`"${text}": No archive can be specified`);
  if (kind === "local" && found.kind !== "local") refuse(`"${text}": Repository must be local`);
  return { ...found, given, text, spelling: repositoryText(text, found, world) };
}

/** What names the repository: the text without the archive, or BORG_REPO. */
function repositoryText(
  text: string,
  { archive }: Location,
  { defaultRepository = "", expand }: ArgumentWorld,
): string {
  const repository = archive === undefined ? text : text.slice(0, text.length - archive.length - 2);
  return repository === "" || repository === "::" ? expand(defaultRepository) : repository;
}

function readLocation(text: string, { defaultRepository, expand }: ArgumentWorld): Location {
  try {
    return parseLocation(text, defaultRepository === undefined ? undefined : expand(defaultRepository));
  } catch (error) {
    if (error instanceof RangeError) refuse(`Invalid location format: "${text}"`);
    throw error;
  }
}

/** A style alone says nothing about patterns that come after it on the command line. */
function pattern(text: string): PatternFile {
  const line = parsePatternFileLine(text);
  return {
    roots: line.kind === "root" ? [line.path] : [],
    rules: line.kind === "rule" ? [line.rule] : [],
  };
}

const SORT_KEYS = new Map<string, ArchiveSortKey>([
  ["timestamp", "timestamp"],
  ["archive", "name"],
  ["name", "name"],
  ["id", "id"],
]);

function sortKeys(text: string): ArchiveSortKey[] {
  return text.split(",").map((key) => SORT_KEYS.get(key) ?? refuse(`Invalid sort key: ${key}`));
}

function quota(text: string): number {
  const bytes = refusing(() => parseSize(text));
  if (bytes < SMALLEST_QUOTA) refuse(`quota is too small (${text}). At least 10M are required.`);
  return bytes;
}
