import { parseSize } from "../../encoding/size.ts";
import { BorgError } from "../../errors.ts";

/** Where a setting is in a configuration file. */
export interface SettingKey {
  readonly section: string;
  readonly name: string;
}

/** Says what is wrong with a value; undefined when nothing is. */
type Check = (value: string) => string | undefined;

/** The settings that may be changed, and what they must look like. */
export interface Settings {
  readonly section: string;
  readonly checks: ReadonlyMap<string, Check>;
}

const INVALID = "Invalid value";
/** 10 MB. */
const SMALLEST_SIZE = 10_000_000;
/** 4 GiB less 20 MiB: offsets in segments have 32 bits. */
const SEGMENT_SIZE_LIMIT = 4273995776;

/** Of a repository (format reference 2.2). */
export const REPOSITORY_SETTINGS: Settings = {
  section: "repository",
  checks: new Map([
    ["segments_per_dir", integer],
    ["last_segment_checked", integer],
    ["max_segment_size", segmentSize],
    ["storage_quota", noneOrLarge("storage_quota")],
    ["additional_free_space", noneOrLarge("additional_free_space")],
    ["append_only", (value) => (value === "0" || value === "1" ? undefined : INVALID)],
    ["id", (value) => (/^[0-9a-fA-F]{64}$/.test(value) ? undefined : `${INVALID}, must be 64 hex digits`)],
  ]),
};

/** Of a cache (format reference 9.2). */
export const CACHE_SETTINGS: Settings = {
  section: "cache",
  checks: new Map([["previous_location", () => undefined]]),
};

/** `section.name`, or a name alone in the usual section. */
export function parseSettingKey(text: string, { section }: Settings): SettingKey {
  const parts = text.split(".");
  return parts.length === 2 ? { section: parts[0]!, name: parts[1]! } : { section, name: text };
}

/** Throws unless the setting may be changed and, if there is one, the value is right. */
export function assertSettable({ section, checks }: Settings, key: SettingKey, value?: string): void {
  if (key.section !== section) throw new BorgError("Error", ["Invalid section"]);
  const check = checks.get(key.name);
  const problem = check === undefined ? "Invalid name" : value === undefined ? undefined : check(value);
  if (problem !== undefined) throw new BorgError("Error", [problem]);
}

function integer(value: string): string | undefined {
  return /^\s*[+-]?\d+\s*$/.test(value) ? undefined : INVALID;
}

function segmentSize(value: string): string | undefined {
  const size = sizeOf(value);
  if (size === undefined) return INVALID;
  return size >= SEGMENT_SIZE_LIMIT ? `${INVALID}: max_segment_size >= ${SEGMENT_SIZE_LIMIT}` : undefined;
}

function noneOrLarge(name: string): Check {
  return (value) => {
    const size = sizeOf(value);
    if (size === undefined) return INVALID;
    return size !== 0 && size < SMALLEST_SIZE ? `${INVALID}: ${name} < 10M` : undefined;
  };
}

function sizeOf(value: string): number | undefined {
  try {
    return parseSize(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
