import { loadArchive } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import { PatternMatcher } from "../../selection/matcher.ts";
import type { PatternRule } from "../../selection/pattern_file.ts";
import { WorkerPool } from "../../workers/pool.ts";
import { archiveItems } from "../archive_items.ts";
import type { CreatedArchive } from "../create/create.ts";
import type { TagRules } from "../create/tags.ts";
import type { Host } from "../host.ts";
import { archiveTamOptions, type Cached, type Unlocked } from "../opening.ts";
import type { Reporter } from "../reporter.ts";
import { cutsDifferently, type Original, type RecreateOptions, Recreation } from "./recreation.ts";
import { findTagged } from "./tagged.ts";

/** What of an archive is to stay. */
export interface Selection {
  readonly rules: readonly PatternRule[];
  readonly paths: readonly string[];
  readonly tags: TagRules;
}

/** What is to be done with one archive: data that a dry run shows and a run executes. */
export interface RecreatePlan {
  readonly original: Original;
  readonly matcher: PatternMatcher;
  /** Whether the new archive could differ from the old one. */
  readonly isNeeded: boolean;
}

/** Works out what would be done with the archive `name`. Throws ArchiveDoesNotExist. */
export async function planRecreation(
  host: Host,
  { objects, manifest }: Unlocked,
  name: string,
  selection: Selection,
  options: RecreateOptions,
): Promise<RecreatePlan> {
  const entry = manifest.entry(name);
  const { metadata } = await loadArchive(objects, entry.id, archiveTamOptions(host));
  const matcher = PatternMatcher.forArchive(selection.rules, selection.paths);
  const isWanted = ({ path }: Item) => matcher.match(path).verdict === "include";
  const tagged = await findTagged(objects, archiveItems(objects, metadata), selection.tags, isWanted);
  if (!tagged.isEmpty) matcher.addPatterns(tagged.rules(selection.tags.keep));
  const isNeeded = selection.rules.length > 0 || selection.paths.length > 0 || !tagged.isEmpty ||
    options.comment !== undefined || options.target !== undefined || options.recompress !== undefined ||
    cutsDifferently(metadata, options);
  return { original: { name, entry, metadata }, matcher, isNeeded };
}

/** Shows what would stay of the archive and what would not. */
export async function showRecreation(
  { objects }: Unlocked,
  { original, matcher }: RecreatePlan,
  { considerParts }: RecreateOptions,
  reporter: Reporter,
): Promise<void> {
  for await (const batch of archiveItems(objects, original.metadata)) {
    for (const { path, part } of batch) {
      if (part !== undefined && !considerParts) continue;
      reporter.fileStatus(matcher.match(path).verdict === "include" ? "-" : "x", path);
    }
  }
}

/** Executes a plan. Gives the new archive, once it is on disk. */
export async function recreateArchive(
  host: Host,
  cached: Cached,
  { original, matcher }: RecreatePlan,
  options: RecreateOptions,
  reporter: Reporter,
): Promise<CreatedArchive> {
  const { material } = cached.key;
  const pool = new WorkerPool(WorkerPool.sizeFor(host.env["VINCULUM_WORKERS"]), { material });
  try {
    return await new Recreation({ host, cached, pool, reporter }, original, options, matcher).run();
  } finally {
    await pool.close();
  }
}
