import { type LoadedArchive, openArchive } from "../archive/archive.ts";
import type { Objects } from "../archive/objects.ts";
import type { ArchiveTamOptions } from "../crypto/tam.ts";
import type { ArchiveSummary } from "../selection/archive_filter.ts";

/** An archive that is in the repository, with what it says of itself. */
export interface FoundArchive extends ArchiveSummary {
  readonly loaded: LoadedArchive;
}

/** Loads and verifies archives one after the other; throws at the first that is missing, damaged or not authentic. */
export async function* loadArchives(
  objects: Objects,
  archives: readonly ArchiveSummary[],
  tam: ArchiveTamOptions,
): AsyncGenerator<FoundArchive> {
  let i = 0;
  for await (const plaintext of objects.readMany(archives.map(({ id }) => id))) {
    const archive = archives[i++]!;
    yield { ...archive, loaded: openArchive(objects, archive.id, plaintext, tam) };
  }
}
