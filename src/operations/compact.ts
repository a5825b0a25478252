import type { CompactionOptions, PlannedSegment } from "../repository/local/compaction.ts";
import type { Location } from "../repository/location.ts";
import type { Host } from "./host.ts";
import { withLocalRepository, withRepository } from "./opening.ts";
import { touchManifest } from "./touch_manifest.ts";

/** What a compaction of the repository would do, segment by segment; nothing where only appending is allowed. */
export function planRepositoryCompaction(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  options: CompactionOptions,
): Promise<PlannedSegment[]> {
  const opening = { lock: "exclusive", lockWait } as const;
  return withLocalRepository(host, location, opening, (repository) => repository.planCompaction(options));
}

/** Frees the space of what nothing refers to any more. Needs no key. */
export function compactRepository(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  options: CompactionOptions,
): Promise<void> {
  return withRepository(host, location, { lock: "exclusive", lockWait }, async (repository) => {
    await touchManifest(repository);
    await repository.commit({ ...options, compact: true });
  });
}
