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
export function cacheJson(path: string, sums: RepositorySums): JsonObject {
  return {
    path,
    stats: {
      total_chunks: sums.totalChunks,
      total_csize: sums.archivesCsize,
      total_size: sums.archivesSize,
      total_unique_chunks: sums.uniqueChunks,
      unique_csize: sums.uniqueCsize,
      unique_size: sums.uniqueSize,
    },
  };
}
