import type { Manifest } from "../archive/manifest.ts";
import { mentionsCheckpoint } from "../archive/names.ts";
import { type ArchiveFilter, type ArchiveSummary, filterArchives } from "../selection/archive_filter.ts";

/** The archives that `filter` means. `checkpoints` false: without those that look like checkpoints. */
export function chooseArchives(
  manifest: Pick<Manifest, "archives">,
  filter: ArchiveFilter,
  checkpoints = true,
): ArchiveSummary[] {
  const archives = Array.from(manifest.archives, ([name, { id, time }]) => ({ name, id, time }));
  return filterArchives(checkpoints ? archives : archives.filter(({ name }) => !mentionsCheckpoint(name)), filter);
}
