import type { CacheMessages } from "../../cache/listener.ts";
import type { Texts } from "./texts.ts";

/** What the local cache has to tell. */
import { unknownDigest } from "./unknown_digest.ts";
export const CACHE_TEXTS: Texts<CacheMessages> = {
  "cache.created": (path) => `Made a new cache: ${path}`,
  "cache.wiped": (path, problem) => `The cache ${path} cannot be used and is made anew: ${problemText(problem)}`,
  "files.damaged": (path, problem) =>
    `The files cache ${path} cannot be used, all files will be read: ${problemText(problem)}`,
  "digest.unknown": unknownDigest,
  "archive_index.damaged": (path) => `The index ${path} of an archive cannot be used and is made anew.`,
};
