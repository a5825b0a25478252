import { parseTimestamp } from "../../archive/timestamps.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { Unlocked } from "../../operations/opening.ts";
import type { RepositorySums } from "../../operations/repository_sums.ts";
import { canonicalLocation } from "../../repository/location.ts";
import { archiveTimeJson } from "./filetime.ts";
import type { JsonObject } from "./json.ts";

/** What every JSON document about a repository begins with (format reference 12). */
export function repositoryJson({ repository, location, manifest, key }: Unlocked): JsonObject {
  const { home } = key;
  return {
    repository: {
      id: toHex(repository.id),
      last_modified: archiveTimeJson(parseTimestamp(manifest.timestamp)),
      location: canonicalLocation(location),
    },
    encryption: { mode: key.mode.name, ...(home?.kind === "file" && { keyfile: home.path }) },
  };
}

/** The part about the local cache. */
export function cacheJson(path: string, { archives, chunks }: RepositorySums): JsonObject {
  return {
    path,
    stats: {
      total_chunks: chunks.totalChunks,
      total_csize: archives.totalCsize,
      total_size: archives.totalSize,
      total_unique_chunks: chunks.uniqueChunks,
      unique_csize: chunks.uniqueCsize,
      unique_size: chunks.uniqueSize,
    },
  };
}
