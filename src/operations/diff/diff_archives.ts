import type { ArchiveMetadata } from "../../archive/archive.ts";
import type { Item } from "../../archive/item.ts";
import type { Objects } from "../../archive/objects.ts";
import { yieldToLoop } from "../../platform/signals.ts";
import { archiveItems } from "../archive_items.ts";
import { IncludePatternNeverMatched } from "../problems.ts";
import type { Reporter } from "../reporter.ts";
import type { PatternMatcher } from "../../selection/matcher.ts";
import { type ComparisonRules, type Difference, differenceOf, sameChunks } from "./difference.ts";
import { ItemCursor } from "./item_cursor.ts";
import { type Pair, Pairing } from "./pairs.ts";
import { HardLinkSourceMissing } from "./problems.ts";
import { sameBytes } from "./same_bytes.ts";

export interface DiffOptions extends ComparisonRules {
  readonly matcher: PatternMatcher;
  /** Whether part items and not just whole files are compared. */
  readonly considerParts: boolean;
  /** Throws when the run is to stop. */
  readonly checkAbort: () => void;
}

/** After so many pairs signals are let in. */
const PAIRS_AT_ONCE = 1000;

/** The differences between two archives, path by path. Throws when chunks are missing or damaged that have to be read. */
export async function* diffArchives(
  objects: Objects,
  before: ArchiveMetadata,
  after: ArchiveMetadata,
  options: DiffOptions,
  reporter: Reporter,
): AsyncGenerator<Difference> {
  const { matcher, considerParts, checkAbort } = options;
  const isWanted = ({ path, part }: Item) =>
    (part === undefined || considerParts) && matcher.match(path).verdict === "include";
  const pairing = new Pairing((path) => reporter.warning(new HardLinkSourceMissing(), path));
  const cursor = (archive: ArchiveMetadata) => new ItemCursor(archiveItems(objects, archive), isWanted);
  let pairs = 0;
  for await (const pair of pairing.run(cursor(before), cursor(after))) {
    if (++pairs % PAIRS_AT_ONCE === 0) await yieldToLoop();
    checkAbort();
    const difference = differenceOf(pair, await sameContents(objects, pair, options), options);
    if (difference) yield difference;
  }
  for (const pattern of matcher.unmatchedIncludes()) reporter.warning(new IncludePatternNeverMatched(pattern));
}

function sameContents(objects: Objects, { before, after }: Pair, { sameChunking }: ComparisonRules) {
  const [was, is] = [before?.chunks, after?.chunks];
  if (!was || !is) return true;
  return sameChunking ? sameChunks(was, is) : sameBytes(objects, was, is);
}
